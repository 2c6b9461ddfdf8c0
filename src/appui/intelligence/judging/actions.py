"""Writes: judging pairs and amounts, undoing, letting the corpus follow."""

from django.db import transaction
from django.utils.translation import gettext as _

from appui.intelligence.corpus import Corpus
from appui.intelligence.ingest.follow import follow
from appui.intelligence.ingest.manifest import CorpusUnreadableError
from appui.intelligence.ingest.run import BusyError
from appui.intelligence.judging import rules
from appui.intelligence.judging.queries import Held, decisions
from appui.intelligence.models import AmountJudgement, PairJudgement
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Conflict, Invalid, Unavailable
from appui.kernel.verdict import require

NAME_LENGTH = 200


@transaction.atomic
def judge_pair(
    left: tuple[str, str], right: tuple[str, str], *, same: bool, by: Reader, reason: str = ""
) -> PairJudgement:
    """Record that two (key, name) are the same organisation or are not.

    Raises ``Conflict`` when the pair has been judged: undo that judgement first.
    """
    require(rules.may_judge(by))
    (left_key, left_name), (right_key, right_name) = left, right
    if left_key == right_key:
        raise Invalid(_("Both keys are the same: there is nothing to judge."))
    standing = PairJudgement.objects.standing()
    known = standing.filter(left_key=left_key, right_key=right_key).first()
    known = known or standing.filter(left_key=right_key, right_key=left_key).first()
    if known is not None:
        raise Conflict(
            _("%(who)s already judged this pair: “%(what)s”. Undo that judgement first.")
            % {"who": known.user_name, "what": known}
        )
    judged = PairJudgement(
        left_key=left_key,
        left_name=left_name,
        right_key=right_key,
        right_name=right_name,
        same=same,
        reason=reason.strip(),
        user_id=by.user_id,
        user_name=by.name[:NAME_LENGTH],
    )
    return audit.create(judged, by=by, verb="created")


@transaction.atomic
def undo_pair(judged: PairJudgement, *, by: Reader, reason: str = "") -> PairJudgement:
    """Take a judgement back; both rows stay. Raises ``Conflict`` when that was done before."""
    require(rules.may_judge(by))
    _refuse_undone(judged)
    undoing = PairJudgement(
        left_key=judged.left_key,
        left_name=judged.left_name,
        right_key=judged.right_key,
        right_name=judged.right_name,
        same=judged.same,
        reason=reason.strip(),
        user_id=by.user_id,
        user_name=by.name[:NAME_LENGTH],
        undoes=judged,
    )
    return audit.create(undoing, by=by, verb="reversed")


@transaction.atomic
def judge_amount(held: Held, *, verdict: str, by: Reader, reason: str) -> AmountJudgement:
    """Record whether an amount of the quarantine counts; a new judgement replaces the last."""
    require(rules.may_judge(by))
    if not reason.strip():
        text = _("Say why: the next person must be able to check it.")
        raise Invalid(text, {"reason": text})
    for known in AmountJudgement.objects.standing().filter(mark=held.mark):
        undo_amount(known, by=by, reason=reason)
    judged = AmountJudgement(
        mark=held.mark,
        subject=f"{held.reporter}: {held.identifier} {held.title or ''}".strip(),
        usd=held.usd,
        verdict=verdict,
        reason=reason.strip(),
        user_id=by.user_id,
        user_name=by.name[:NAME_LENGTH],
    )
    return audit.create(judged, by=by, verb="created")


@transaction.atomic
def undo_amount(judged: AmountJudgement, *, by: Reader, reason: str = "") -> AmountJudgement:
    """Take a judgement back: the amount waits again."""
    require(rules.may_judge(by))
    _refuse_undone(judged)
    undoing = AmountJudgement(
        mark=judged.mark,
        subject=judged.subject,
        usd=judged.usd,
        verdict=judged.verdict,
        reason=reason.strip(),
        user_id=by.user_id,
        user_name=by.name[:NAME_LENGTH],
        undoes=judged,
    )
    return audit.create(undoing, by=by, verb="reversed")


def _refuse_undone(judged: PairJudgement | AmountJudgement) -> None:
    if judged.undoes_id is not None:
        raise Invalid(_("This is itself an undoing: judge again instead."))
    if type(judged).objects.filter(undoes=judged).exists():
        raise Conflict(_("This judgement was already undone."))


def bring_up_to_date(corpus: Corpus, *, by: Reader) -> bool:
    """Let the tables follow all that stands; whether any changed. Raises ``Unavailable``."""
    require(rules.may_judge(by))
    try:
        return follow(corpus.folder, decisions())
    except BusyError as error:
        raise Unavailable(
            _("Files are being read in just now. What you judged is kept: try again when done.")
        ) from error
    except (CorpusUnreadableError, OSError) as error:
        raise Unavailable(
            _("The published flows cannot be written. Ask your administrator to run: appui check")
        ) from error
