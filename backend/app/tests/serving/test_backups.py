"""`tracker serve` makes a backup before it brings a database to a newer revision."""

from pathlib import Path

from alembic import command
from psycopg.conninfo import make_conninfo

from app.backup import service as backups
from app.backup import snapshot
from app.core import migrations
from app.core.db import build_engine
from app.core.embedded_postgres import EmbeddedPostgres
from app.tests.conftest import settings_for
from app.tests.serving.conftest import NewProduct
from app.tests.serving.product import ACCOUNT, Product, run

PATTERN = "before-migration-*.tar"


def downgrade(product: Product) -> None:
    """As an earlier version of the program left it; the product is stopped."""
    with EmbeddedPostgres(data_dir=product.data_dir) as postgres:
        engine = build_engine(settings_for(make_conninfo(postgres.conninfo)))
        with engine.begin() as connection:
            config = migrations.alembic_config()
            config.attributes["connection"] = connection
            command.downgrade(config, "-1")
        engine.dispose()


def test_before_a_migration_there_is_a_backup_and_not_without_one(new_product: NewProduct) -> None:
    product = new_product(settings=ACCOUNT)
    downgrade(product)

    product.start()
    made = list((product.data_dir / "backups").glob(PATTERN))
    product.stop()
    product.start()

    assert len(made) == 1
    assert list((product.data_dir / "backups").iterdir()) == made
    assert product.query("SELECT version_num FROM alembic_version") == [(migrations.newest_revision(),)]
    with backups.open_backup(made[0]) as backup:
        assert backup.manifest.contents.revision != migrations.newest_revision()
        assert len(backup.manifest.contents.stations) == 1
    product.stop()


def test_beside_a_running_server_a_backup_is_made_and_no_restore(single: Product, tmp_path: Path) -> None:
    data_dir = str(single.data_dir)

    made = run("tracker", "backup", "one.tar", cwd=tmp_path, TRACKER_DATA_DIR=data_dir)
    refused = run("tracker", "restore", "one.tar", "--replace", cwd=tmp_path, TRACKER_DATA_DIR=data_dir)

    assert made.returncode == 0, made.stderr
    assert refused.returncode == 1
    assert "A tracker runs on the data directory" in refused.stderr
    assert single.is_ready()


def test_without_a_backup_nothing_is_migrated_and_the_start_ends(new_product: NewProduct) -> None:
    product = new_product(settings=ACCOUNT)
    downgrade(product)
    (product.data_dir / "backups").touch()

    product.launch()

    assert product.wait() == 1
    assert "nothing was changed" in product.err
    assert "start again" in product.err
    assert "Traceback" not in product.err
    with EmbeddedPostgres(data_dir=product.data_dir) as postgres, snapshot.snapshot(postgres.conninfo) as seen:
        assert snapshot.revision(seen) != migrations.newest_revision()
