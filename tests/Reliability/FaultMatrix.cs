using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Tests.Reliability;

/// <summary>A row of the fault matrix.</summary>
/// <param name="Name">F1 to F34, or I1 to I7 for an invariant.</param>
/// <param name="Fault">What goes wrong; for an invariant, what it is about.</param>
/// <param name="Promise">What a user may expect then.</param>
internal sealed record MatrixRow(string Name, string Fault, string Promise)
{
    /// <summary>Why the row, or the part of it that is named, cannot be shown yet; null where all of it can.</summary>
    public string? NotYet { get; init; }

    /// <summary>Whether nothing of the row can be shown yet.</summary>
    public bool IsWhollyNotYet { get; init; }
}

/// <summary>Everything that may go wrong, and what is promised then. RELIABILITY.md is this table and what the tests
/// found.</summary>
internal static class FaultMatrix
{
    private const string NoLiveGateway = "orders go to no venue yet, they are filled on paper";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<MatrixRow> Faults { get; } =
    [
        new("F1", "the connection is closed, reset or cut",
            "quotes are pulled at once and the book is stale; it connects again with jitter, synchronises and goes on"),
        new("F2", "the connection is open, but nobody is there any more",
            "the same, within the silence limit"),
        new("F3", "one channel is silent, while pings are answered",
            "its books are stale; the others trade on"),
        new("F4", "a gap in the venue's numbers",
            "nothing of that message is applied; the book is stale and synchronised again"),
        new("F5", "a message comes twice",
            "it is ignored and counted; the book stays the venue's own"),
        new("F6", "messages come in another order",
            "none is applied out of order: it is a gap, or ignored, as the venue's rule says"),
        new("F7", "the venue's checksum is not the book's",
            "nothing of the message is shown; the book is stale and synchronised again"),
        new("F8", "a book is crossed after a whole message",
            "it is stale and fetched again, and no order is placed meanwhile; a crossing inside a message is not "
            + "judged"),
        new("F9", "a snapshot is older than the messages that wait for it",
            "it is never applied; another is fetched, ever later"),
        new("F10", "a message is malformed, or a field is missing, double or of another type",
            "it is refused, counted and told by a sample; its book is synchronised again"),
        new("F11", "a message comes in pieces, or the connection ends in the middle of one",
            "the rest is waited for; what never became whole is not read"),
        new("F12", "a message of ten megabytes, fragments without end, a deflate bomb",
            "the connection is closed with 1009 at the limit and opened again; the process holds no more than messages "
            + "within the limit take, give or take 16 MiB; compression is never offered"),
        new("F13", "text that is no UTF-8, a byte order mark, a zero byte",
            "the message is refused like any malformed one"),
        new("F14", "numbers that are huge, negative, too fine, or none at all",
            "they are read exactly, or refused with their text; nothing is rounded"),
        new("F15", "a symbol or a kind of message that is not known",
            "it is counted under names whose number is bounded, and disturbs nothing"),
        new("F16", "the engine is slow, the ring is full",
            "the socket is held back, and that is counted; nothing is lost, and nothing is placed on an old book"),
        new("F17", "the disk is full, slow, or fails",
            "trading stops or goes on as Recorder:OnFailure says, and says so; the recorder ends or goes on cleanly, "
            + "its files stay readable, and what was lost is counted"),
        new("F18", "the process is killed while it records",
            "all up to the last flush can be read; what was lost is told"),
        new("F19", "a recording is cut or altered anywhere",
            "all before the damage is read and nothing of it; where it lies is told"),
        new("F20", "the machine's clock jumps, runs backwards or is smeared, or the machine sleeps",
            "durations do not change and event times never go back within a session; a jump is counted and told"),
        new("F21", "the answer to an order is lost",
            "the order is unknown: it counts as open, it is asked about and never sent again"),
        new("F22", "a fill before its acknowledgement, twice, too large, or of an order that nobody placed",
            "the position is right first; the rest is counted and told"),
        new("F23", "a cancel and a fill cross each other",
            "whichever comes first, the position is right, and nothing is placed on room that is not there"),
        new("F24", "the venue limits the rate of requests, or bans",
            "nothing is asked for until the time that the venue names; cancels keep a budget of their own")
        {
            NotYet = $"a venue's limits on orders: {NoLiveGateway}",
        },
        new("F25", "the venue is in maintenance, or an instrument is halted",
            "quotes are pulled and none placed; it goes on without a restart")
        {
            NotYet = $"a dead-man's switch at the venue: {NoLiveGateway}",
        },
        new("F26", "a restart with open orders",
            "the journal's orders and positions are taken up, and nothing is placed before the gateway agrees")
        {
            NotYet = $"orders that rest at a venue meanwhile: {NoLiveGateway}",
        },
        new("F27", "a second process on the same journal or account",
            "it refuses to start and says who holds it; it places nothing")
        {
            NotYet = $"an account at a venue that is used from two machines: {NoLiveGateway}",
        },
        new("F28", "a setting is misspelt, out of range, or of another unit",
            "it refuses to start and names every wrong setting, where it came from and the nearest right one"),
        new("F29", "the metrics page is asked for without end",
            "the page is refused or given again as it was; the decisions are the replay's, nothing is dropped, memory "
            + "does not grow by the scrape; what it does to latency is measured by `bench -- web`"),
        new("F30", "a web page elsewhere reaches for the local one",
            "another's host name or origin is refused on every route"),
        new("F31", "a hundred clients connect and never read",
            "each is bounded or cut, and nothing queues for it; the decisions are the replay's, memory does not grow "
            + "meanwhile; what it does to latency is measured by `bench -- web`"),
        new("F32", "a secret in a log, metric, journal or error",
            "never; a dump of the process would hold it, and by default none is written"),
        new("F33", "Ctrl-C once and twice, SIGTERM, a closed terminal (SIGHUP), the kill switch",
            "the first cancels all, waits for the answers and ends in order; a second Ctrl-C or SIGTERM ends at once "
            + "and says what may be open; SIGHUP that was ignored at the start stays ignored; the kill switch cancels "
            + "all and places nothing until it is lifted, also where the engine is stuck"),
        new("F34", "a recording that is damaged, foreign, or of a newer version is replayed",
            "it says which segment and where, with an exit code of its own; what is whole before the damage is played, "
            + "what lies behind it only with --past-damage"),
    ];

    /// <summary>What holds whatever goes wrong.</summary>
    public static IReadOnlyList<MatrixRow> Invariants { get; } =
    [
        new("I1", "books", "no order is decided while the book is not live"),
        new("I2", "positions", "the position is the sum of the fills"),
        new("I3", "open orders", "after reconciliation the open orders are the gateway's"),
        new("I4", "ids", "no order id is ever used twice"),
        new("I5", "messages", "messages received = applied + ignored + refused + discarded, without a remainder"),
        new("I6", "ends", "no exception is left unhandled; the exit code is one of the documented ones"),
        new("I7", "replay", "a recording replays to the same decisions"),
    ];

    /// <summary>All rows, in order.</summary>
    public static IReadOnlyList<MatrixRow> Rows { get; } = Faults.Concat(Invariants).ToArray();
}
