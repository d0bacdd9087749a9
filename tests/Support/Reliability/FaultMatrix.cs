using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Tests.Reliability;

/// <summary>A row of the fault matrix.</summary>
/// <param name="Name">F1 to F34, or I1 to I7 for an invariant.</param>
/// <param name="Fault">The fault; for an invariant, its subject.</param>
/// <param name="Promise">The expected behaviour.</param>
internal sealed record MatrixRow(string Name, string Fault, string Promise)
{
    /// <summary>Why the row, or the named part of it, cannot be tested yet; null if it can.</summary>
    public string? NotYet { get; init; }

    /// <summary>Whether no part of the row can be tested yet.</summary>
    public bool IsWhollyNotYet { get; init; }
}

/// <summary>All known faults with the promised behaviour. RELIABILITY.md is this table plus the test results.</summary>
internal static class FaultMatrix
{
    private const string NoLiveGateway = "no order goes to a venue yet; orders are filled on paper";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<MatrixRow> Faults { get; } =
    [
        new("F1", "the connection is closed, reset or cut",
            "orders are cancelled at once and the book is stale; the feed reconnects with jitter, resynchronises "
            + "and continues"),
        new("F2", "the connection is half-open: the other end is gone",
            "as F1, within the silence limit"),
        new("F3", "one channel is silent, while pings are answered",
            "its books become stale; trading on the others continues"),
        new("F4", "a gap in the venue's numbers",
            "nothing of that message is applied; the book becomes stale and is resynchronised"),
        new("F5", "a duplicate message",
            "it is ignored and counted; the book stays equal to the venue's"),
        new("F6", "messages arrive out of order",
            "none is applied out of order: it counts as a gap or is ignored, as the venue's rule says"),
        new("F7", "checksum mismatch between the venue's book and ours",
            "nothing of the message is published; the book becomes stale and is resynchronised"),
        new("F8", "a book is crossed after a complete message",
            "it becomes stale and is resynchronised, and no order is placed meanwhile; a crossing inside a "
            + "message is allowed"),
        new("F9", "a snapshot is older than the buffered messages",
            "it is never applied; another is requested, with growing pauses"),
        new("F10", "a malformed message, or a field that is missing, duplicate or of the wrong type",
            "it is rejected and counted, and a sample is logged; its book is resynchronised"),
        new("F11", "a message arrives in fragments, or the connection ends within one",
            "fragments are joined; an incomplete message is not parsed"),
        new("F12", "a message of ten megabytes, endless fragments, a deflate bomb",
            "the connection is closed with 1009 at the limit and reopened; memory stays within 16 MiB of what "
            + "messages within the limit need; compression is never offered"),
        new("F13", "invalid UTF-8, a byte order mark, a zero byte",
            "the message is rejected like any malformed one"),
        new("F14", "numbers that are huge, negative, too fine or not numbers",
            "they are read exactly, or rejected and logged with their text; nothing is rounded"),
        new("F15", "an unknown symbol or message type",
            "it is counted under a bounded set of names, with no other effect"),
        new("F16", "the engine is slow, the ring is full",
            "the feed stops reading its socket (backpressure), which is counted; nothing is lost, and nothing is "
            + "placed on an old book"),
        new("F17", "the disk is full, slow or failing",
            "trading stops or continues as Recorder:OnFailure says, and this is reported; the recorder stops or "
            + "continues cleanly, its files stay readable, and lost records are counted"),
        new("F18", "the process is killed while recording",
            "everything up to the last flush is readable; the loss is reported"),
        new("F19", "a recording is cut or altered anywhere",
            "everything before the damage is read, nothing of the damage; its position is reported"),
        new("F20", "the system clock jumps, runs backwards or is smeared, or the machine is suspended",
            "durations do not change and event times never go back within a session; a jump is counted and reported"),
        new("F21", "the answer to an order is lost",
            "the order is unknown: it counts as open, its state is queried, and it is never sent again"),
        new("F22", "a fill that comes before its acknowledgement, twice, too large, or for a foreign order",
            "the position is updated first; the anomaly is counted and reported"),
        new("F23", "a cancel and a fill cross",
            "whichever comes first, the position is correct, and no order uses room that is not there"),
        new("F24", "the venue rate-limits or bans the client",
            "no request is sent before the time that the venue names; cancels have their own budget")
        {
            NotYet = $"a venue's order limits: {NoLiveGateway}",
        },
        new("F25", "the venue is in maintenance, or an instrument is halted",
            "orders are cancelled and none is placed; trading resumes without a restart")
        {
            NotYet = $"a dead-man's switch at the venue: {NoLiveGateway}",
        },
        new("F26", "a restart with open orders",
            "orders and positions are restored from the journal, and nothing is placed before they are reconciled"
            + " with the gateway")
        {
            NotYet = $"orders that rest at a venue meanwhile: {NoLiveGateway}",
        },
        new("F27", "a second process on the same journal or account",
            "it refuses to start and names the holder; it places nothing")
        {
            NotYet = $"an account used from two machines: {NoLiveGateway}",
        },
        new("F28", "a setting is misspelt, out of range, or in the wrong unit",
            "the process refuses to start and names every wrong setting, its origin and the nearest valid one"),
        new("F29", "a flood of requests for the metrics page",
            "requests are refused or get a cached page; the decisions equal the replay's, nothing is dropped, "
            + "memory does not grow with scrapes; `bench -- web` measures the effect on latency"),
        new("F30", "a foreign web page calls the local server",
            "a foreign host name or origin is refused on every route"),
        new("F31", "a hundred clients connect and never read",
            "each is limited or disconnected, and nothing queues for it; the decisions equal the replay's, memory"
            + " does not grow; `bench -- web` measures the effect on latency"),
        new("F32", "a secret in a log, metric, journal or error",
            "never; a dump of the process would contain it, and by default none is written"),
        new("F33", "Ctrl-C once and twice, SIGTERM, a closed terminal (SIGHUP), the kill switch",
            "the first signal cancels all orders, waits for the answers and shuts down cleanly; a second Ctrl-C "
            + "or SIGTERM exits at once and reports orders that may be open; a SIGHUP that was ignored at start "
            + "stays ignored; the kill switch cancels all orders and places nothing until it is released, even if "
            + "the engine is stuck"),
        new("F34", "replay of a recording that is damaged, foreign or of a newer version",
            "the error names segment and position and has its own exit code; everything before the damage is "
            + "replayed, what follows only with --past-damage"),
    ];

    /// <summary>What must hold under every fault.</summary>
    public static IReadOnlyList<MatrixRow> Invariants { get; } =
    [
        new("I1", "books", "no order is decided while the book is not live"),
        new("I2", "positions", "the position is the sum of the fills"),
        new("I3", "open orders", "after reconciliation, the open orders equal the gateway's"),
        new("I4", "ids", "no order id is ever reused"),
        new("I5", "messages", "messages received = applied + ignored + rejected + discarded, with no remainder"),
        new("I6", "shutdown", "no unhandled exception; the exit code is a documented one"),
        new("I7", "replay", "a recording replays to the same decisions"),
    ];

    /// <summary>All rows, in order.</summary>
    public static IReadOnlyList<MatrixRow> Rows { get; } = Faults.Concat(Invariants).ToArray();
}
