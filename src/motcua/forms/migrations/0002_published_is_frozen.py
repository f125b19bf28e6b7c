"""A published version never changes: open dossiers keep the form they were filed with."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION forms_published_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published form version is frozen' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER published_is_frozen BEFORE UPDATE OR DELETE ON forms_formversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL)
    EXECUTE FUNCTION forms_published_is_frozen();
"""
UNFREEZE = """
DROP TRIGGER published_is_frozen ON forms_formversion;
DROP FUNCTION forms_published_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, UNFREEZE)]
