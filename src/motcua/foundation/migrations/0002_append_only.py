"""The ledger can only grow, and every entry waits for its seal from the moment it is written."""

from django.db import migrations, models

from motcua.foundation.append_only import FUNCTION, append_only

PENDING = migrations.RunSQL(
    """
    CREATE FUNCTION motcua_ledger_pending() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO foundation_ledgerpending (entry_id) VALUES (NEW.id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER foundation_ledgerentry_pending AFTER INSERT ON foundation_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION motcua_ledger_pending();
    """,
    """
    DROP TRIGGER foundation_ledgerentry_pending ON foundation_ledgerentry;
    DROP FUNCTION motcua_ledger_pending();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="LedgerPending",
            fields=[("entry_id", models.BigIntegerField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("link", models.BinaryField(max_length=32)),
            ],
        ),
        FUNCTION,
        append_only("foundation_ledgerentry"),
        append_only("foundation_ledgerseal"),
        PENDING,
    ]
