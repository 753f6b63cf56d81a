"""The closed list of event names, `noun.past_participle`, used verbatim wherever an event is named."""

ROOM = "room"  # the one kind of place the bus speaks of today: "room 12 is at revision 407"

MESSAGE_HELD = "message.held"
MESSAGE_RETURNED = "message.returned"
MESSAGE_APPROVED = "message.approved"
MESSAGE_COVERED = "message.covered"
MESSAGE_REMOVED = "message.removed"
MEMBER_MUTED = "member.muted"
MEMBERSHIP_ENDED = "membership.ended"
