import Testing

/// Real processes, end to end: `apus up` with three simulated venues, hot and cold, driven through
/// the same doors as by operators and clients. One at a time; each with a state directory of its own.
@Suite(
    "The whole system",
    .serialized,
    .enabled(if: Built.isThere, Built.reason),
    .timeLimit(.minutes(3))
)
enum System {}
