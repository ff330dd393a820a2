"""Sealing all stored secrets anew with the present key, so that the one before it may be forgotten."""

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, SQLModel

from shared.sealing import Sealed


def reseal(session: Session) -> int:
    """Read every sealed value with the key it was sealed with and write it with the present one; return how many."""
    count = 0
    for table in SQLModel.metadata.sorted_tables:
        sealed = [column for column in table.columns if isinstance(column.type, Sealed)]
        for column in sealed:
            keys = tuple(table.primary_key.columns)
            rows = session.execute(select(*keys, column).where(column.is_not(None))).all()
            if not rows:
                continue
            this = [key == bindparam(f"this_{key.name}") for key in keys]
            anew = update(table).where(*this).values({column: bindparam("plain", type_=column.type)})
            names = [f"this_{key.name}" for key in keys]
            session.connection().execute(anew, [dict(zip((*names, "plain"), row, strict=True)) for row in rows])
            count += len(rows)
    return count
