from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_OWNER: _ClassVar[Role]
    ROLE_ADMIN: _ClassVar[Role]
    ROLE_GUEST: _ClassVar[Role]

class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODE_UNSPECIFIED: _ClassVar[Mode]
    MODE_NORMAL: _ClassVar[Mode]
    MODE_PASSAGE: _ClassVar[Mode]
    MODE_LOCK_OUT: _ClassVar[Mode]

class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATE_UNSPECIFIED: _ClassVar[State]
    STATE_UNKNOWN: _ClassVar[State]
    STATE_CALIBRATING: _ClassVar[State]
    STATE_LOCKED: _ClassVar[State]
    STATE_UNLOCKED: _ClassVar[State]
    STATE_LOCKING: _ClassVar[State]
    STATE_UNLOCKING: _ClassVar[State]
    STATE_BETWEEN: _ClassVar[State]
    STATE_JAMMED: _ClassVar[State]
    STATE_FAULT: _ClassVar[State]

class Position(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POSITION_UNSPECIFIED: _ClassVar[Position]
    POSITION_EXTENDED: _ClassVar[Position]
    POSITION_RETRACTED: _ClassVar[Position]
    POSITION_BETWEEN: _ClassVar[Position]
    POSITION_CONFLICT: _ClassVar[Position]

class Alarm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALARM_UNSPECIFIED: _ClassVar[Alarm]
    ALARM_DOOR_AJAR: _ClassVar[Alarm]
    ALARM_FORCED_OPEN: _ClassVar[Alarm]
    ALARM_TAMPERED: _ClassVar[Alarm]
    ALARM_LOW_BATTERY: _ClassVar[Alarm]
    ALARM_BATTERY_UNREADABLE: _ClassVar[Alarm]
    ALARM_RESET: _ClassVar[Alarm]

class Finding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_UNSPECIFIED: _ClassVar[Finding]
    FINDING_REVERSED_MOTOR: _ClassVar[Finding]
    FINDING_DID_NOT_LEAVE: _ClassVar[Finding]
    FINDING_IMPLAUSIBLY_FAST: _ClassVar[Finding]
    FINDING_DID_NOT_ARRIVE: _ClassVar[Finding]

class NoticeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NOTICE_KIND_UNSPECIFIED: _ClassVar[NoticeKind]
    NOTICE_KIND_KEY_ADDED: _ClassVar[NoticeKind]
    NOTICE_KIND_KEY_CHANGED: _ClassVar[NoticeKind]
    NOTICE_KIND_KEY_REMOVED: _ClassVar[NoticeKind]
    NOTICE_KIND_INVITATION_CREATED: _ClassVar[NoticeKind]
    NOTICE_KIND_WRONG_SECRET: _ClassVar[NoticeKind]
    NOTICE_KIND_RESET_REQUESTED: _ClassVar[NoticeKind]

class GoodbyeReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GOODBYE_REASON_UNSPECIFIED: _ClassVar[GoodbyeReason]
    GOODBYE_REASON_REVOKED: _ClassVar[GoodbyeReason]
    GOODBYE_REASON_ENDING: _ClassVar[GoodbyeReason]
    GOODBYE_REASON_RESET: _ClassVar[GoodbyeReason]
    GOODBYE_REASON_IDLE: _ClassVar[GoodbyeReason]
    GOODBYE_REASON_REPLACED: _ClassVar[GoodbyeReason]

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_DONE: _ClassVar[Outcome]
    OUTCOME_ALREADY: _ClassVar[Outcome]
    OUTCOME_REFUSED: _ClassVar[Outcome]
    OUTCOME_FAILED: _ClassVar[Outcome]
    OUTCOME_UNREADABLE: _ClassVar[Outcome]
    OUTCOME_ERASED: _ClassVar[Outcome]

class Origin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORIGIN_UNSPECIFIED: _ClassVar[Origin]
    ORIGIN_INSIDE_BUTTON: _ClassVar[Origin]
    ORIGIN_LOCAL: _ClassVar[Origin]
    ORIGIN_KEY: _ClassVar[Origin]
    ORIGIN_AUTO_RELOCK: _ClassVar[Origin]
    ORIGIN_RECOVERY: _ClassVar[Origin]
    ORIGIN_DEVICE: _ClassVar[Origin]
    ORIGIN_STRANGERS: _ClassVar[Origin]

class Action(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTION_UNSPECIFIED: _ClassVar[Action]
    ACTION_BOOT: _ClassVar[Action]
    ACTION_LOCK: _ClassVar[Action]
    ACTION_UNLOCK: _ClassVar[Action]
    ACTION_CALIBRATE: _ClassVar[Action]
    ACTION_CONFIGURE: _ClassVar[Action]
    ACTION_ACKNOWLEDGE_ALARMS: _ClassVar[Action]
    ACTION_MOVED_BY_HAND: _ClassVar[Action]
    ACTION_FAULT: _ClassVar[Action]
    ACTION_FAULT_CLEARED: _ClassVar[Action]
    ACTION_DOOR_AJAR: _ClassVar[Action]
    ACTION_FORCED_OPEN: _ClassVar[Action]
    ACTION_TAMPERED: _ClassVar[Action]
    ACTION_LOW_BATTERY: _ClassVar[Action]
    ACTION_BATTERY_UNREADABLE: _ClassVar[Action]
    ACTION_ALARM_ENDED: _ClassVar[Action]
    ACTION_KEY_ADDED: _ClassVar[Action]
    ACTION_KEY_CHANGED: _ClassVar[Action]
    ACTION_KEY_REMOVED: _ClassVar[Action]
    ACTION_INVITATION_CREATED: _ClassVar[Action]
    ACTION_INVITATION_WITHDRAWN: _ClassVar[Action]
    ACTION_WRONG_SECRET: _ClassVar[Action]
    ACTION_PAIRING_OPENED: _ClassVar[Action]
    ACTION_CLOCK_SET: _ClassVar[Action]
    ACTION_RESET_REQUESTED: _ClassVar[Action]
    ACTION_STRANGERS_REFUSED: _ClassVar[Action]
    ACTION_LOG_ERASED: _ClassVar[Action]

class Fault(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FAULT_UNSPECIFIED: _ClassVar[Fault]
    FAULT_BLOCKED: _ClassVar[Fault]
    FAULT_STALLED: _ClassVar[Fault]
    FAULT_TIMEOUT: _ClassVar[Fault]
    FAULT_NOT_MOVING: _ClassVar[Fault]
    FAULT_SENSOR_CONFLICT: _ClassVar[Fault]
    FAULT_SENSOR_STUCK: _ClassVar[Fault]
    FAULT_DRIVER_FAULT: _ClassVar[Fault]
    FAULT_LOW_BATTERY: _ClassVar[Fault]
    FAULT_POWER_LOST: _ClassVar[Fault]
    FAULT_DOOR_OPEN: _ClassVar[Fault]
    FAULT_BUSY: _ClassVar[Fault]
    FAULT_CANCELLED: _ClassVar[Fault]
    FAULT_NOT_CALIBRATED: _ClassVar[Fault]
    FAULT_OVERHEATED: _ClassVar[Fault]
    FAULT_JOURNAL_UNAVAILABLE: _ClassVar[Fault]
    FAULT_FORCED_OPEN: _ClassVar[Fault]
    FAULT_TAMPERED: _ClassVar[Fault]
    FAULT_LOCKED_OUT: _ClassVar[Fault]
    FAULT_INVALID_REQUEST: _ClassVar[Fault]
    FAULT_NOT_ALLOWED: _ClassVar[Fault]
    FAULT_OUT_OF_SCHEDULE: _ClassVar[Fault]
    FAULT_EXPIRED: _ClassVar[Fault]
    FAULT_USED_UP: _ClassVar[Fault]
    FAULT_CLOCK_UNTRUSTED: _ClassVar[Fault]
    FAULT_REVOKED: _ClassVar[Fault]
    FAULT_LAST_OWNER: _ClassVar[Fault]
    FAULT_NO_SUCH_KEY: _ClassVar[Fault]
    FAULT_NO_SUCH_INVITATION: _ClassVar[Fault]
    FAULT_FULL: _ClassVar[Fault]
    FAULT_PAIRING_CLOSED: _ClassVar[Fault]
    FAULT_NOT_CONFIRMED: _ClassVar[Fault]
    FAULT_STORE_UNAVAILABLE: _ClassVar[Fault]
    FAULT_UNSUPPORTED: _ClassVar[Fault]
ROLE_UNSPECIFIED: Role
ROLE_OWNER: Role
ROLE_ADMIN: Role
ROLE_GUEST: Role
MODE_UNSPECIFIED: Mode
MODE_NORMAL: Mode
MODE_PASSAGE: Mode
MODE_LOCK_OUT: Mode
STATE_UNSPECIFIED: State
STATE_UNKNOWN: State
STATE_CALIBRATING: State
STATE_LOCKED: State
STATE_UNLOCKED: State
STATE_LOCKING: State
STATE_UNLOCKING: State
STATE_BETWEEN: State
STATE_JAMMED: State
STATE_FAULT: State
POSITION_UNSPECIFIED: Position
POSITION_EXTENDED: Position
POSITION_RETRACTED: Position
POSITION_BETWEEN: Position
POSITION_CONFLICT: Position
ALARM_UNSPECIFIED: Alarm
ALARM_DOOR_AJAR: Alarm
ALARM_FORCED_OPEN: Alarm
ALARM_TAMPERED: Alarm
ALARM_LOW_BATTERY: Alarm
ALARM_BATTERY_UNREADABLE: Alarm
ALARM_RESET: Alarm
FINDING_UNSPECIFIED: Finding
FINDING_REVERSED_MOTOR: Finding
FINDING_DID_NOT_LEAVE: Finding
FINDING_IMPLAUSIBLY_FAST: Finding
FINDING_DID_NOT_ARRIVE: Finding
NOTICE_KIND_UNSPECIFIED: NoticeKind
NOTICE_KIND_KEY_ADDED: NoticeKind
NOTICE_KIND_KEY_CHANGED: NoticeKind
NOTICE_KIND_KEY_REMOVED: NoticeKind
NOTICE_KIND_INVITATION_CREATED: NoticeKind
NOTICE_KIND_WRONG_SECRET: NoticeKind
NOTICE_KIND_RESET_REQUESTED: NoticeKind
GOODBYE_REASON_UNSPECIFIED: GoodbyeReason
GOODBYE_REASON_REVOKED: GoodbyeReason
GOODBYE_REASON_ENDING: GoodbyeReason
GOODBYE_REASON_RESET: GoodbyeReason
GOODBYE_REASON_IDLE: GoodbyeReason
GOODBYE_REASON_REPLACED: GoodbyeReason
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_DONE: Outcome
OUTCOME_ALREADY: Outcome
OUTCOME_REFUSED: Outcome
OUTCOME_FAILED: Outcome
OUTCOME_UNREADABLE: Outcome
OUTCOME_ERASED: Outcome
ORIGIN_UNSPECIFIED: Origin
ORIGIN_INSIDE_BUTTON: Origin
ORIGIN_LOCAL: Origin
ORIGIN_KEY: Origin
ORIGIN_AUTO_RELOCK: Origin
ORIGIN_RECOVERY: Origin
ORIGIN_DEVICE: Origin
ORIGIN_STRANGERS: Origin
ACTION_UNSPECIFIED: Action
ACTION_BOOT: Action
ACTION_LOCK: Action
ACTION_UNLOCK: Action
ACTION_CALIBRATE: Action
ACTION_CONFIGURE: Action
ACTION_ACKNOWLEDGE_ALARMS: Action
ACTION_MOVED_BY_HAND: Action
ACTION_FAULT: Action
ACTION_FAULT_CLEARED: Action
ACTION_DOOR_AJAR: Action
ACTION_FORCED_OPEN: Action
ACTION_TAMPERED: Action
ACTION_LOW_BATTERY: Action
ACTION_BATTERY_UNREADABLE: Action
ACTION_ALARM_ENDED: Action
ACTION_KEY_ADDED: Action
ACTION_KEY_CHANGED: Action
ACTION_KEY_REMOVED: Action
ACTION_INVITATION_CREATED: Action
ACTION_INVITATION_WITHDRAWN: Action
ACTION_WRONG_SECRET: Action
ACTION_PAIRING_OPENED: Action
ACTION_CLOCK_SET: Action
ACTION_RESET_REQUESTED: Action
ACTION_STRANGERS_REFUSED: Action
ACTION_LOG_ERASED: Action
FAULT_UNSPECIFIED: Fault
FAULT_BLOCKED: Fault
FAULT_STALLED: Fault
FAULT_TIMEOUT: Fault
FAULT_NOT_MOVING: Fault
FAULT_SENSOR_CONFLICT: Fault
FAULT_SENSOR_STUCK: Fault
FAULT_DRIVER_FAULT: Fault
FAULT_LOW_BATTERY: Fault
FAULT_POWER_LOST: Fault
FAULT_DOOR_OPEN: Fault
FAULT_BUSY: Fault
FAULT_CANCELLED: Fault
FAULT_NOT_CALIBRATED: Fault
FAULT_OVERHEATED: Fault
FAULT_JOURNAL_UNAVAILABLE: Fault
FAULT_FORCED_OPEN: Fault
FAULT_TAMPERED: Fault
FAULT_LOCKED_OUT: Fault
FAULT_INVALID_REQUEST: Fault
FAULT_NOT_ALLOWED: Fault
FAULT_OUT_OF_SCHEDULE: Fault
FAULT_EXPIRED: Fault
FAULT_USED_UP: Fault
FAULT_CLOCK_UNTRUSTED: Fault
FAULT_REVOKED: Fault
FAULT_LAST_OWNER: Fault
FAULT_NO_SUCH_KEY: Fault
FAULT_NO_SUCH_INVITATION: Fault
FAULT_FULL: Fault
FAULT_PAIRING_CLOSED: Fault
FAULT_NOT_CONFIRMED: Fault
FAULT_STORE_UNAVAILABLE: Fault
FAULT_UNSUPPORTED: Fault

class Request(_message.Message):
    __slots__ = ("id", "hello", "pair", "get_status", "subscribe", "lock", "unlock", "calibrate", "acknowledge_alarms", "list_keys", "add_key", "change_key", "revoke_key", "invite", "list_invitations", "withdraw_invitation", "get_settings", "change_settings", "read_log", "set_clock", "factory_reset", "confirm_notices", "read_chain", "bring_checkpoint")
    ID_FIELD_NUMBER: _ClassVar[int]
    HELLO_FIELD_NUMBER: _ClassVar[int]
    PAIR_FIELD_NUMBER: _ClassVar[int]
    GET_STATUS_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    LOCK_FIELD_NUMBER: _ClassVar[int]
    UNLOCK_FIELD_NUMBER: _ClassVar[int]
    CALIBRATE_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGE_ALARMS_FIELD_NUMBER: _ClassVar[int]
    LIST_KEYS_FIELD_NUMBER: _ClassVar[int]
    ADD_KEY_FIELD_NUMBER: _ClassVar[int]
    CHANGE_KEY_FIELD_NUMBER: _ClassVar[int]
    REVOKE_KEY_FIELD_NUMBER: _ClassVar[int]
    INVITE_FIELD_NUMBER: _ClassVar[int]
    LIST_INVITATIONS_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_INVITATION_FIELD_NUMBER: _ClassVar[int]
    GET_SETTINGS_FIELD_NUMBER: _ClassVar[int]
    CHANGE_SETTINGS_FIELD_NUMBER: _ClassVar[int]
    READ_LOG_FIELD_NUMBER: _ClassVar[int]
    SET_CLOCK_FIELD_NUMBER: _ClassVar[int]
    FACTORY_RESET_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_NOTICES_FIELD_NUMBER: _ClassVar[int]
    READ_CHAIN_FIELD_NUMBER: _ClassVar[int]
    BRING_CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    id: int
    hello: Hello
    pair: Pair
    get_status: GetStatus
    subscribe: Subscribe
    lock: Lock
    unlock: Unlock
    calibrate: Calibrate
    acknowledge_alarms: AcknowledgeAlarms
    list_keys: ListKeys
    add_key: AddKey
    change_key: ChangeKey
    revoke_key: RevokeKey
    invite: Invite
    list_invitations: ListInvitations
    withdraw_invitation: WithdrawInvitation
    get_settings: GetSettings
    change_settings: ChangeSettings
    read_log: ReadLog
    set_clock: SetClock
    factory_reset: FactoryReset
    confirm_notices: ConfirmNotices
    read_chain: ReadChain
    bring_checkpoint: BringCheckpoint
    def __init__(self, id: _Optional[int] = ..., hello: _Optional[_Union[Hello, _Mapping]] = ..., pair: _Optional[_Union[Pair, _Mapping]] = ..., get_status: _Optional[_Union[GetStatus, _Mapping]] = ..., subscribe: _Optional[_Union[Subscribe, _Mapping]] = ..., lock: _Optional[_Union[Lock, _Mapping]] = ..., unlock: _Optional[_Union[Unlock, _Mapping]] = ..., calibrate: _Optional[_Union[Calibrate, _Mapping]] = ..., acknowledge_alarms: _Optional[_Union[AcknowledgeAlarms, _Mapping]] = ..., list_keys: _Optional[_Union[ListKeys, _Mapping]] = ..., add_key: _Optional[_Union[AddKey, _Mapping]] = ..., change_key: _Optional[_Union[ChangeKey, _Mapping]] = ..., revoke_key: _Optional[_Union[RevokeKey, _Mapping]] = ..., invite: _Optional[_Union[Invite, _Mapping]] = ..., list_invitations: _Optional[_Union[ListInvitations, _Mapping]] = ..., withdraw_invitation: _Optional[_Union[WithdrawInvitation, _Mapping]] = ..., get_settings: _Optional[_Union[GetSettings, _Mapping]] = ..., change_settings: _Optional[_Union[ChangeSettings, _Mapping]] = ..., read_log: _Optional[_Union[ReadLog, _Mapping]] = ..., set_clock: _Optional[_Union[SetClock, _Mapping]] = ..., factory_reset: _Optional[_Union[FactoryReset, _Mapping]] = ..., confirm_notices: _Optional[_Union[ConfirmNotices, _Mapping]] = ..., read_chain: _Optional[_Union[ReadChain, _Mapping]] = ..., bring_checkpoint: _Optional[_Union[BringCheckpoint, _Mapping]] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Pair(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetStatus(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Subscribe(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Lock(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Unlock(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Calibrate(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AcknowledgeAlarms(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListKeys(_message.Message):
    __slots__ = ("after",)
    AFTER_FIELD_NUMBER: _ClassVar[int]
    after: int
    def __init__(self, after: _Optional[int] = ...) -> None: ...

class AddKey(_message.Message):
    __slots__ = ("public_key", "terms")
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    public_key: bytes
    terms: Terms
    def __init__(self, public_key: _Optional[bytes] = ..., terms: _Optional[_Union[Terms, _Mapping]] = ...) -> None: ...

class ChangeKey(_message.Message):
    __slots__ = ("key", "terms")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    key: int
    terms: Terms
    def __init__(self, key: _Optional[int] = ..., terms: _Optional[_Union[Terms, _Mapping]] = ...) -> None: ...

class RevokeKey(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: int
    def __init__(self, key: _Optional[int] = ...) -> None: ...

class Invite(_message.Message):
    __slots__ = ("terms", "lifetime_seconds")
    TERMS_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_SECONDS_FIELD_NUMBER: _ClassVar[int]
    terms: Terms
    lifetime_seconds: int
    def __init__(self, terms: _Optional[_Union[Terms, _Mapping]] = ..., lifetime_seconds: _Optional[int] = ...) -> None: ...

class ListInvitations(_message.Message):
    __slots__ = ("after",)
    AFTER_FIELD_NUMBER: _ClassVar[int]
    after: int
    def __init__(self, after: _Optional[int] = ...) -> None: ...

class WithdrawInvitation(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    def __init__(self, id: _Optional[int] = ...) -> None: ...

class GetSettings(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ChangeSettings(_message.Message):
    __slots__ = ("mode", "auto_relock_milliseconds", "door_ajar_milliseconds")
    MODE_FIELD_NUMBER: _ClassVar[int]
    AUTO_RELOCK_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    DOOR_AJAR_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    mode: Mode
    auto_relock_milliseconds: int
    door_ajar_milliseconds: int
    def __init__(self, mode: _Optional[_Union[Mode, str]] = ..., auto_relock_milliseconds: _Optional[int] = ..., door_ajar_milliseconds: _Optional[int] = ...) -> None: ...

class ReadLog(_message.Message):
    __slots__ = ("since", "limit")
    SINCE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    since: int
    limit: int
    def __init__(self, since: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ReadChain(_message.Message):
    __slots__ = ("since",)
    SINCE_FIELD_NUMBER: _ClassVar[int]
    since: int
    def __init__(self, since: _Optional[int] = ...) -> None: ...

class BringCheckpoint(_message.Message):
    __slots__ = ("checkpoint",)
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    checkpoint: Checkpoint
    def __init__(self, checkpoint: _Optional[_Union[Checkpoint, _Mapping]] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("number", "hash")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    number: int
    hash: bytes
    def __init__(self, number: _Optional[int] = ..., hash: _Optional[bytes] = ...) -> None: ...

class SetClock(_message.Message):
    __slots__ = ("unix_seconds",)
    UNIX_SECONDS_FIELD_NUMBER: _ClassVar[int]
    unix_seconds: int
    def __init__(self, unix_seconds: _Optional[int] = ...) -> None: ...

class FactoryReset(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ConfirmNotices(_message.Message):
    __slots__ = ("through",)
    THROUGH_FIELD_NUMBER: _ClassVar[int]
    through: int
    def __init__(self, through: _Optional[int] = ...) -> None: ...

class FromLock(_message.Message):
    __slots__ = ("answer", "event")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    answer: Answer
    event: Event
    def __init__(self, answer: _Optional[_Union[Answer, _Mapping]] = ..., event: _Optional[_Union[Event, _Mapping]] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("id", "done", "refused", "failed", "welcome", "status", "moved", "key", "keys", "invitation", "invitations", "settings", "log", "chain")
    ID_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    INVITATION_FIELD_NUMBER: _ClassVar[int]
    INVITATIONS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    LOG_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    id: int
    done: Done
    refused: Refused
    failed: Failed
    welcome: Welcome
    status: Status
    moved: Moved
    key: Key
    keys: Keys
    invitation: Invitation
    invitations: Invitations
    settings: Settings
    log: Log
    chain: Chain
    def __init__(self, id: _Optional[int] = ..., done: _Optional[_Union[Done, _Mapping]] = ..., refused: _Optional[_Union[Refused, _Mapping]] = ..., failed: _Optional[_Union[Failed, _Mapping]] = ..., welcome: _Optional[_Union[Welcome, _Mapping]] = ..., status: _Optional[_Union[Status, _Mapping]] = ..., moved: _Optional[_Union[Moved, _Mapping]] = ..., key: _Optional[_Union[Key, _Mapping]] = ..., keys: _Optional[_Union[Keys, _Mapping]] = ..., invitation: _Optional[_Union[Invitation, _Mapping]] = ..., invitations: _Optional[_Union[Invitations, _Mapping]] = ..., settings: _Optional[_Union[Settings, _Mapping]] = ..., log: _Optional[_Union[Log, _Mapping]] = ..., chain: _Optional[_Union[Chain, _Mapping]] = ...) -> None: ...

class Done(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Refused(_message.Message):
    __slots__ = ("fault", "complaint", "retry_after_seconds")
    FAULT_FIELD_NUMBER: _ClassVar[int]
    COMPLAINT_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_SECONDS_FIELD_NUMBER: _ClassVar[int]
    fault: Fault
    complaint: str
    retry_after_seconds: int
    def __init__(self, fault: _Optional[_Union[Fault, str]] = ..., complaint: _Optional[str] = ..., retry_after_seconds: _Optional[int] = ...) -> None: ...

class Failed(_message.Message):
    __slots__ = ("fault", "finding")
    FAULT_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    fault: Fault
    finding: Finding
    def __init__(self, fault: _Optional[_Union[Fault, str]] = ..., finding: _Optional[_Union[Finding, str]] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("minor", "version", "board", "capabilities", "key", "clock", "notices", "tag_key", "run")
    MINOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    BOARD_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    TAG_KEY_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    minor: int
    version: str
    board: str
    capabilities: _containers.RepeatedScalarFieldContainer[int]
    key: Key
    clock: Clock
    notices: _containers.RepeatedCompositeFieldContainer[Notice]
    tag_key: bytes
    run: int
    def __init__(self, minor: _Optional[int] = ..., version: _Optional[str] = ..., board: _Optional[str] = ..., capabilities: _Optional[_Iterable[int]] = ..., key: _Optional[_Union[Key, _Mapping]] = ..., clock: _Optional[_Union[Clock, _Mapping]] = ..., notices: _Optional[_Iterable[_Union[Notice, _Mapping]]] = ..., tag_key: _Optional[bytes] = ..., run: _Optional[int] = ...) -> None: ...

class Clock(_message.Message):
    __slots__ = ("unix_seconds", "is_trusted", "utc_offset_seconds")
    UNIX_SECONDS_FIELD_NUMBER: _ClassVar[int]
    IS_TRUSTED_FIELD_NUMBER: _ClassVar[int]
    UTC_OFFSET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    unix_seconds: int
    is_trusted: bool
    utc_offset_seconds: int
    def __init__(self, unix_seconds: _Optional[int] = ..., is_trusted: _Optional[bool] = ..., utc_offset_seconds: _Optional[int] = ...) -> None: ...

class Moved(_message.Message):
    __slots__ = ("state", "warning", "extend_nanoseconds", "retract_nanoseconds")
    STATE_FIELD_NUMBER: _ClassVar[int]
    WARNING_FIELD_NUMBER: _ClassVar[int]
    EXTEND_NANOSECONDS_FIELD_NUMBER: _ClassVar[int]
    RETRACT_NANOSECONDS_FIELD_NUMBER: _ClassVar[int]
    state: State
    warning: Fault
    extend_nanoseconds: int
    retract_nanoseconds: int
    def __init__(self, state: _Optional[_Union[State, str]] = ..., warning: _Optional[_Union[Fault, str]] = ..., extend_nanoseconds: _Optional[int] = ..., retract_nanoseconds: _Optional[int] = ...) -> None: ...

class Status(_message.Message):
    __slots__ = ("state", "cause", "position", "is_door_open", "battery", "alarms", "relock_in_seconds", "is_journal_available")
    STATE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    IS_DOOR_OPEN_FIELD_NUMBER: _ClassVar[int]
    BATTERY_FIELD_NUMBER: _ClassVar[int]
    ALARMS_FIELD_NUMBER: _ClassVar[int]
    RELOCK_IN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    IS_JOURNAL_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    state: State
    cause: Fault
    position: Position
    is_door_open: bool
    battery: Battery
    alarms: _containers.RepeatedScalarFieldContainer[Alarm]
    relock_in_seconds: int
    is_journal_available: bool
    def __init__(self, state: _Optional[_Union[State, str]] = ..., cause: _Optional[_Union[Fault, str]] = ..., position: _Optional[_Union[Position, str]] = ..., is_door_open: _Optional[bool] = ..., battery: _Optional[_Union[Battery, _Mapping]] = ..., alarms: _Optional[_Iterable[_Union[Alarm, str]]] = ..., relock_in_seconds: _Optional[int] = ..., is_journal_available: _Optional[bool] = ...) -> None: ...

class Battery(_message.Message):
    __slots__ = ("percent", "unreadable")
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    UNREADABLE_FIELD_NUMBER: _ClassVar[int]
    percent: int
    unreadable: bool
    def __init__(self, percent: _Optional[int] = ..., unreadable: _Optional[bool] = ...) -> None: ...

class Terms(_message.Message):
    __slots__ = ("role", "name", "schedule", "uses", "is_used_up")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    IS_USED_UP_FIELD_NUMBER: _ClassVar[int]
    role: Role
    name: str
    schedule: Schedule
    uses: int
    is_used_up: bool
    def __init__(self, role: _Optional[_Union[Role, str]] = ..., name: _Optional[str] = ..., schedule: _Optional[_Union[Schedule, _Mapping]] = ..., uses: _Optional[int] = ..., is_used_up: _Optional[bool] = ...) -> None: ...

class Schedule(_message.Message):
    __slots__ = ("windows", "not_before", "not_after")
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    NOT_AFTER_FIELD_NUMBER: _ClassVar[int]
    windows: _containers.RepeatedCompositeFieldContainer[Window]
    not_before: int
    not_after: int
    def __init__(self, windows: _Optional[_Iterable[_Union[Window, _Mapping]]] = ..., not_before: _Optional[int] = ..., not_after: _Optional[int] = ...) -> None: ...

class Window(_message.Message):
    __slots__ = ("weekdays", "start_minute", "end_minute")
    WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    START_MINUTE_FIELD_NUMBER: _ClassVar[int]
    END_MINUTE_FIELD_NUMBER: _ClassVar[int]
    weekdays: int
    start_minute: int
    end_minute: int
    def __init__(self, weekdays: _Optional[int] = ..., start_minute: _Optional[int] = ..., end_minute: _Optional[int] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ("id", "terms", "added_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    ADDED_BY_FIELD_NUMBER: _ClassVar[int]
    id: int
    terms: Terms
    added_by: int
    def __init__(self, id: _Optional[int] = ..., terms: _Optional[_Union[Terms, _Mapping]] = ..., added_by: _Optional[int] = ...) -> None: ...

class Keys(_message.Message):
    __slots__ = ("keys", "has_more")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    HAS_MORE_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[Key]
    has_more: bool
    def __init__(self, keys: _Optional[_Iterable[_Union[Key, _Mapping]]] = ..., has_more: _Optional[bool] = ...) -> None: ...

class Invitation(_message.Message):
    __slots__ = ("id", "terms", "expires", "redeemed_by", "code")
    ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_FIELD_NUMBER: _ClassVar[int]
    REDEEMED_BY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    id: int
    terms: Terms
    expires: int
    redeemed_by: int
    code: str
    def __init__(self, id: _Optional[int] = ..., terms: _Optional[_Union[Terms, _Mapping]] = ..., expires: _Optional[int] = ..., redeemed_by: _Optional[int] = ..., code: _Optional[str] = ...) -> None: ...

class Invitations(_message.Message):
    __slots__ = ("invitations", "has_more")
    INVITATIONS_FIELD_NUMBER: _ClassVar[int]
    HAS_MORE_FIELD_NUMBER: _ClassVar[int]
    invitations: _containers.RepeatedCompositeFieldContainer[Invitation]
    has_more: bool
    def __init__(self, invitations: _Optional[_Iterable[_Union[Invitation, _Mapping]]] = ..., has_more: _Optional[bool] = ...) -> None: ...

class Settings(_message.Message):
    __slots__ = ("mode", "auto_relock_milliseconds", "door_ajar_milliseconds")
    MODE_FIELD_NUMBER: _ClassVar[int]
    AUTO_RELOCK_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    DOOR_AJAR_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    mode: Mode
    auto_relock_milliseconds: int
    door_ajar_milliseconds: int
    def __init__(self, mode: _Optional[_Union[Mode, str]] = ..., auto_relock_milliseconds: _Optional[int] = ..., door_ajar_milliseconds: _Optional[int] = ...) -> None: ...

class Log(_message.Message):
    __slots__ = ("first", "last", "entries")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    first: int
    last: int
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    def __init__(self, first: _Optional[int] = ..., last: _Optional[int] = ..., entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("number", "unix_seconds", "is_time_trusted", "boot_milliseconds", "boot", "action", "origin", "origin_number", "subject", "outcome", "state", "fault")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    UNIX_SECONDS_FIELD_NUMBER: _ClassVar[int]
    IS_TIME_TRUSTED_FIELD_NUMBER: _ClassVar[int]
    BOOT_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    BOOT_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    number: int
    unix_seconds: int
    is_time_trusted: bool
    boot_milliseconds: int
    boot: int
    action: Action
    origin: Origin
    origin_number: int
    subject: int
    outcome: Outcome
    state: State
    fault: Fault
    def __init__(self, number: _Optional[int] = ..., unix_seconds: _Optional[int] = ..., is_time_trusted: _Optional[bool] = ..., boot_milliseconds: _Optional[int] = ..., boot: _Optional[int] = ..., action: _Optional[_Union[Action, str]] = ..., origin: _Optional[_Union[Origin, str]] = ..., origin_number: _Optional[int] = ..., subject: _Optional[int] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., state: _Optional[_Union[State, str]] = ..., fault: _Optional[_Union[Fault, str]] = ...) -> None: ...

class Chain(_message.Message):
    __slots__ = ("before", "payload_hashes", "end", "last")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_HASHES_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    before: Checkpoint
    payload_hashes: bytes
    end: Checkpoint
    last: int
    def __init__(self, before: _Optional[_Union[Checkpoint, _Mapping]] = ..., payload_hashes: _Optional[bytes] = ..., end: _Optional[_Union[Checkpoint, _Mapping]] = ..., last: _Optional[int] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("status", "alarm", "notice", "goodbye")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ALARM_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    GOODBYE_FIELD_NUMBER: _ClassVar[int]
    status: Status
    alarm: AlarmChange
    notice: Notice
    goodbye: Goodbye
    def __init__(self, status: _Optional[_Union[Status, _Mapping]] = ..., alarm: _Optional[_Union[AlarmChange, _Mapping]] = ..., notice: _Optional[_Union[Notice, _Mapping]] = ..., goodbye: _Optional[_Union[Goodbye, _Mapping]] = ...) -> None: ...

class AlarmChange(_message.Message):
    __slots__ = ("alarm", "is_active")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    alarm: Alarm
    is_active: bool
    def __init__(self, alarm: _Optional[_Union[Alarm, str]] = ..., is_active: _Optional[bool] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("number", "kind", "key", "name", "unix_seconds")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    UNIX_SECONDS_FIELD_NUMBER: _ClassVar[int]
    number: int
    kind: NoticeKind
    key: int
    name: str
    unix_seconds: int
    def __init__(self, number: _Optional[int] = ..., kind: _Optional[_Union[NoticeKind, str]] = ..., key: _Optional[int] = ..., name: _Optional[str] = ..., unix_seconds: _Optional[int] = ...) -> None: ...

class Goodbye(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: GoodbyeReason
    def __init__(self, reason: _Optional[_Union[GoodbyeReason, str]] = ...) -> None: ...
