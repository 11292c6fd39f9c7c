"""Bringing people over: an account for each address, and who of them is a member of the station."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app import crud
from app.features.accounts import queries as account_queries
from app.models import Member, Station, User
from app.original import people_rules
from app.original.ledger import Fate, Ledger, Remark, Thing
from app.original.people_rules import Person
from app.original.source import Original


class People:
    """Accounts for the original's users, and who of them is who here."""

    def __init__(self, session: Session, *, keep_superusers: bool, ledger: Ledger, now: datetime) -> None:
        self._session = session
        self._keep_superusers = keep_superusers
        self._ledger = ledger
        self._now = now
        self._accounts: dict[UUID, tuple[Person, User]] = {}
        self._new_ids: set[UUID] = set()

    def bring(self, original: Original) -> None:
        """An account for each address."""
        people = []
        for raw in original.users():
            person = people_rules.plan_person(raw)
            if isinstance(person, Remark):
                self._ledger.note(Thing.USER, raw.id, person)
            else:
                people.append(person)
        people = people_rules.without_shared_passwords(people)
        chosen = people_rules.first_of_each_address(people)
        for person in people:
            if chosen[person.email] is person:
                self._accounts[person.id] = (person, self._account_of(person))
        for person in people:
            first = chosen[person.email]
            if first is not person:
                self._accounts[person.id] = (first, self._accounts[first.id][1])
                remark = Remark(Fate.LEFT, "another user's address differs in case only: as that one", person.email)
                self._ledger.note(Thing.USER, str(person.id), remark)

    def id_here(self, user_id: UUID | None) -> UUID | None:
        """Who somebody is here; whoever did not come keeps the id that is on the record."""
        if user_id is None or user_id == people_rules.NOBODY:
            return None
        known = self._accounts.get(user_id)
        return known[1].id if known else user_id

    def first_owner(self) -> User | None:
        """Who owns a station that is made for the original."""
        owners = (
            user for person, user in self._everybody() if person.is_superuser and person.is_active and user.is_active
        )
        return next(iter(owners), None)

    def join(self, station: Station, *, owner_ids: Collection[UUID | None], is_new_station: bool) -> None:
        """Make members of those who come with this run; whoever left the station since an earlier one stays out."""
        members = account_queries.roles_of(self._session, station.id)
        for person, user in self._everybody():
            has_buttons = user.id in owner_ids
            role = people_rules.role_of(person, has_buttons=has_buttons, is_new_station=is_new_station)
            if role is None or not user.is_active:
                continue
            if user.id in members and not is_new_station:
                self._ledger.count(Thing.MEMBER, Fate.BEFORE, "with the role that they have")
            elif is_new_station or has_buttons or user.id in self._new_ids:
                self._ledger.note(Thing.MEMBER, str(user.id), Remark(Fate.CAME, f"as {role}", user.email))
                if user.id not in members:
                    row = Member(station_id=station.id, user_id=user.id, role=role, created_at=self._now)
                    self._session.add(row)
            else:
                self._ledger.count(Thing.MEMBER, Fate.LEFT, "known here before, and no member of the station")
        self._session.flush()

    def new_superuser_count(self) -> int:
        """How many of the accounts that were made run this instance."""
        return sum(user.is_superuser for _, user in self._everybody() if user.id in self._new_ids)

    def _everybody(self) -> list[tuple[Person, User]]:
        """Each account once, in the order of the original's ids."""
        once = {user.id: (person, user) for person, user in reversed(self._accounts.values())}
        return sorted(once.values(), key=lambda each: each[0].id)

    def _account_of(self, person: Person) -> User:
        existing = crud.get_user(self._session, person.id) or crud.get_user_by_email(self._session, person.email)
        if existing is not None:
            why = (
                "by their address, with the password that they have" if existing.id != person.id else "left as they are"
            )
            self._ledger.count(Thing.USER, Fate.BEFORE, why)
            return existing
        user = User(
            id=person.id,
            email=person.email,
            full_name=person.full_name,
            hashed_password=person.hashed_password,
            is_active=person.is_active,
            is_superuser=person.is_superuser and self._keep_superusers,
            created_at=self._now,
        )
        self._session.add(user)
        self._session.flush()
        self._new_ids.add(user.id)
        self._note(person)
        return user

    def _note(self, person: Person) -> None:
        self._ledger.count(Thing.USER, Fate.CAME)
        if person.remark is not None:
            self._ledger.note(Thing.USER, str(person.id), person.remark)
        if person.is_superuser and not self._keep_superusers:
            remark = Remark(Fate.CHANGED, "superusers there, and not here", person.email)
            self._ledger.note(Thing.USER, str(person.id), remark)
