import Testing

/// Everything here runs one after the other: real time is measured, and the environment is the process's.
@Suite(.serialized) struct DaemonTests {}
