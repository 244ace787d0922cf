"""The columns of the event format by kind, from which each peer with types of its own makes its table of events."""

TEXT = (
    "id source type conversation actor_kind actor customer channel origin brand team priority reason language parent via session status cause into "
    "agent field value tier escalation call queue direction hung_up_by policy survey kind better review scorecard scorecard_version ratings order_id "
    "currency state segment email_hash phone_hash role"
).split()
# Few different values: worth a dictionary.
FEW = set(
    "source type actor_kind channel origin brand team priority reason language via status cause agent field value tier escalation queue direction "
    "hung_up_by policy kind better scorecard scorecard_version currency state segment role".split()
)
WHOLE = ["revision", "seq", "chars", "seconds", "comment_chars"]
YES_NO = ["retracted", "public"]
MONEY = ["score", "scale_min", "scale_max", "amount"]
INSTANTS = ["at"]
LISTS = ["tags"]
