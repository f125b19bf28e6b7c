"""The timeline only grows. Its words may be sealed under another key, or taken away when no rule
keeps them any longer, by the functions in `dossiers.guarded` and `privacy.guarded`; nothing else of a
row ever changes."""

from django.db import migrations

from motcua.foundation.append_only import append_only, only_words_change


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0007_represented"), ("foundation", "0002_append_only")]
    operations = [
        only_words_change("dossiers_timeline_stays", ("text", "note", "actor_name")),
        append_only("dossiers_timelineentry", "dossiers_timeline_stays"),
    ]
