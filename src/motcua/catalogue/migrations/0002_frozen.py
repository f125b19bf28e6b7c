"""The database itself refuses to change a published version: only the end of its validity moves.
Rows may still be deleted while nothing refers to them (a text imported again on the same day)."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION catalogue_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'valid') <> (to_jsonb(OLD) - 'valid')
       OR lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid) THEN
        RAISE EXCEPTION 'a published version is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION catalogue_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version is frozen' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON catalogue_procedureversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_version_is_frozen();
"""
PARTS = ("case", "channel", "component", "resultkind")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FREEZE
            + "".join(
                f"CREATE TRIGGER frozen BEFORE UPDATE ON catalogue_{part} "
                "FOR EACH ROW EXECUTE FUNCTION catalogue_part_is_frozen();"
                for part in PARTS
            ),
            "".join(
                f"DROP TRIGGER frozen ON catalogue_{part};" for part in ("procedureversion", *PARTS)
            )
            + "DROP FUNCTION catalogue_version_is_frozen(); DROP FUNCTION catalogue_part_is_frozen();",
        )
    ]
