using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>
/// Requirements of every venue. Each venue derives a class that writes its messages, and all of these tests then apply
/// to it.
/// </summary>
public abstract partial class VenueConformanceTests
{
    /// <summary>The initial book of these tests: three levels per side.</summary>
    private static readonly TextLevel[] s_bids = [new("100.0", "1"), new("99.9", "2.5"), new("99.8", "3")];

    private static readonly TextLevel[] s_asks = [new("100.1", "1.5"), new("100.2", "2"), new("100.3", "0.125")];

    private const string Standing = "100x1 99.9x2.5 99.8x3 | 100.1x1.5 100.2x2 100.3x0.125";

    protected abstract string Venue { get; }

    protected abstract string Symbol { get; }

    /// <summary>true if the message after a lost one shows the loss.</summary>
    protected virtual bool ShowsLoss => true;

    /// <summary>true if prices and quantities are, or may be, plain JSON numbers.</summary>
    protected virtual bool HasBareNumbers => false;

    /// <summary>true if messages carry a checksum.</summary>
    protected virtual bool HasChecksum => false;

    /// <summary>true if messages carry numbers.</summary>
    protected virtual bool HasNumbers => true;

    private bool UsesRest => RestSnapshot(1, [], []) is not null;

    /// <summary>A REST book, or null if the stream provides it.</summary>
    protected virtual string? RestSnapshot(long id, TextLevel[] bids, TextLevel[] asks) => null;

    /// <summary>A stream book, or null if REST provides it.</summary>
    protected virtual string? StreamSnapshot(long id, TextLevel[] bids, TextLevel[] asks) => null;

    /// <summary>An update.</summary>
    /// <param name="previous">Id of the previous message.</param>
    /// <param name="id">Its own id.</param>
    /// <param name="bids">Changed bids; quantity 0 removes.</param>
    /// <param name="asks">Changed asks.</param>
    /// <param name="after">The book after it, for venues with checksums; null for a wrong checksum.</param>
    protected abstract string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after);

    /// <summary>A trade by a buyer.</summary>
    protected abstract string Trade(long id, string price, string quantity);

    /// <summary>Messages of known, unused types.</summary>
    protected abstract string[] Unused();

    /// <summary>A message of an unknown type.</summary>
    protected abstract string Unknown();

    [Fact]
    public void ShouldStartTheBookWithASnapshot()
    {
        WireRig rig = Started();
        Assert.True(rig.Book.IsLive);
        Assert.Equal(Standing, rig.Show());
        Assert.Equal((1, 0), (rig.Counters.Snapshots, rig.Counters.Gaps));
        Assert.Equal(1, rig.Events.Count(item => item.Kind == EventKind.SnapshotBegin));
        Assert.Equal(1, rig.Events.Count(item => item.Kind == EventKind.BookCommit
            && (item.CommitFlags & CommitFlags.EndsSnapshot) != 0));
        Assert.All(rig.Events, item => Assert.NotEqual(0, item.ReceiveTimeNs));
    }

    [Fact]
    public void ShouldBridgeFromTheSnapshotToTheStream()
    {
        var rig = new WireRig(Venue, Symbol);
        if (UsesRest)
        {
            // One that the snapshot contains, and one that follows it.
            rig.Frame(Update(98, 99, [new("99.9", "7")], [], null));
            rig.Frame(Update(99, 100, [new("99.9", "8")], [], null));
            rig.Frame(Update(100, 101, [new("99.9", "0")], [], null));
            Assert.True(rig.WantsSnapshot());
            Assert.False(rig.Book.IsLive);
            rig.Rest(RestSnapshot(100, s_bids, s_asks)!);
        }
        else
        {
            // Messages before the snapshot are useless.
            rig.Frame(Update(99, 100, [new("99.9", "7")], [], null));
            Assert.False(rig.Book.IsLive);
            rig.Frame(StreamSnapshot(100, s_bids, s_asks)!);
            rig.Frame(Update(100, 101, [new("99.9", "0")], [], (Without(s_bids, 1), s_asks)));
        }

        Assert.True(rig.Book.IsLive);
        Assert.Equal("100x1 99.8x3 | 100.1x1.5 100.2x2 100.3x0.125", rig.Show());
        Assert.Equal(0, rig.Counters.Gaps);
        Assert.NotEqual(0, rig.Counters.Dropped);
    }

    [Fact]
    public void ShouldGiveTheBookUpWhenAMessageIsMissing()
    {
        WireRig rig = Started();
        rig.Frame(Update(102, 103, [new("99.9", "0")], [], null));
        if (!ShowsLoss)
        {
            // The message does not show it: heartbeats or fresh snapshots must.
            Assert.True(rig.Book.IsLive);
            return;
        }

        Assert.False(rig.Book.IsLive);
        Assert.Equal(HasChecksum ? StaleReason.ChecksumMismatch : StaleReason.SequenceGap, rig.View.StaleReason);
        Assert.Equal(1, rig.Counters.Gaps);
        Assert.True(rig.WantsSnapshot());
        Start(rig, 200);
        Assert.True(rig.Book.IsLive);
        Assert.Equal((Standing, 1), (rig.Show(), rig.Counters.Resyncs));
    }

    [Fact]
    public void ShouldStayRightWhenAMessageComesTwice()
    {
        WireRig rig = Started();
        string update = Update(100, 101, [new("99.9", "0")], [], (Without(s_bids, 1), s_asks));
        rig.Frame(update);
        rig.Frame(update);

        Assert.True(rig.Book.IsLive);
        Assert.Equal("100x1 99.8x3 | 100.1x1.5 100.2x2 100.3x0.125", rig.Show());
        Assert.Equal(0, rig.Counters.Gaps);
    }

    [Fact]
    public void ShouldNotTakeMessagesOutOfOrder()
    {
        WireRig rig = Started();
        TextLevel[] first = Without(s_bids, 1);
        rig.Frame(Update(101, 102, [new("99.8", "0")], [], (Without(first, 1), s_asks)));
        rig.Frame(Update(100, 101, [new("99.9", "0")], [], (first, s_asks)));

        Assert.Equal(!ShowsLoss, rig.Book.IsLive);
        Assert.Equal(!ShowsLoss, rig.Counters.Gaps == 0);
    }

    [Fact]
    public void ShouldGiveTheBookUpWhenAChecksumIsWrong()
    {
        WireRig rig = Started();
        rig.Frame(Update(100, 101, [new("99.9", "0")], [], null));
        if (!HasChecksum)
        {
            Assert.Equal((true, 0, 0), (rig.Book.IsLive, rig.Counters.ChecksumsRight, rig.Counters.ChecksumsWrong));
            return;
        }

        Assert.False(rig.Book.IsLive);
        Assert.Equal(StaleReason.ChecksumMismatch, rig.View.StaleReason);
        Assert.Equal((1, 1), (rig.Counters.ChecksumsWrong, rig.Counters.Stales(StaleReason.ChecksumMismatch)));
        Assert.Equal(0, rig.Book.Bids.Count + rig.Book.Asks.Count);
        Assert.True(rig.WantsSnapshot());
    }

    [Fact]
    public void ShouldStartAnewAfterAReconnect()
    {
        WireRig rig = Started();
        rig.Disconnect();
        Assert.False(rig.Book.IsLive);
        Assert.Equal(StaleReason.Disconnected, rig.View.StaleReason);
        rig.Connect();
        Assert.False(rig.Book.IsLive);
        Start(rig, 500);
        Assert.True(rig.Book.IsLive);
        Assert.Equal(Standing, rig.Show());
    }

    [Fact]
    public void ShouldStartTheBookAnewWithASecondSnapshotOfTheStream()
    {
        WireRig rig = Started();
        if (UsesRest)
        {
            // A late one that was not requested: the live book is newer.
            rig.Rest(RestSnapshot(7, [new("50.0", "1")], [new("51.0", "2")])!);
            Assert.Equal((Standing, 1), (rig.Show(), rig.Counters.IgnoredSnapshots));
            return;
        }

        rig.Frame(StreamSnapshot(7, [new("50.0", "1")], [new("51.0", "2")])!);

        Assert.True(rig.Book.IsLive);
        Assert.Equal(("50x1 | 51x2", 0), (rig.Show(), rig.Counters.Gaps));
    }

    [Fact]
    public void ShouldRefuseEveryTruncationAndLiveOn()
    {
        byte[] whole = Encoding.UTF8.GetBytes(
            Update(100, 101, [new("99.9", "0")], [], (Without(s_bids, 1), s_asks)));
        for (int length = 0; length < whole.Length; length++)
        {
            WireRig rig = Started();
            rig.Frame(whole[..length]);
            Assert.Equal(1, rig.Session.Messages.Rejected);
            Assert.True(!rig.Book.IsLive || rig.Show() == Standing);
        }
    }

    [Fact]
    public void ShouldCountKindsThatAreNotUsedAndThoseThatAreNotKnown()
    {
        WireRig rig = Started();
        foreach (string message in Unused())
        {
            rig.Frame(message);
        }

        Assert.Equal((Unused().Length, 0), (rig.Session.Messages.Ignored, rig.Session.Messages.Rejected));
        rig.Frame(Unknown());
        rig.Frame("[1]");
        Assert.Equal(
            (Unused().Length + 1, 1), (rig.Session.Messages.Ignored, rig.Session.Messages.Rejected));
        Assert.True(rig.Book.IsLive);
    }

    [Fact]
    public void ShouldReadTrailingZerosAsTheSameNumber()
    {
        WireRig rig = Started();
        rig.Frame(Update(100, 101, [new("99.9000000", "2.2500000")], [],
            ([s_bids[0], new("99.9", "2.25"), s_bids[2]], s_asks)));

        Assert.Equal("100x1 99.9x2.25 99.8x3 | 100.1x1.5 100.2x2 100.3x0.125", rig.Show());
        Assert.Equal(0, rig.View.Rescales);
        rig.Frame(Update(101, 102, [new("99.90", "0.00000")], [], (Without(s_bids, 1), s_asks)));
        Assert.Equal("100x1 99.8x3 | 100.1x1.5 100.2x2 100.3x0.125", rig.Show());
    }

    [Fact]
    public void ShouldReadExponentsWhereNumbersAreBareAndRefuseThemElsewhere()
    {
        WireRig rig = Started();
        rig.Frame(Update(100, 101, [new("99.9", "225e-2")], [],
            ([s_bids[0], new("99.9", "2.25"), s_bids[2]], s_asks)));

        if (HasBareNumbers)
        {
            Assert.Equal("100x1 99.9x2.25 99.8x3 | 100.1x1.5 100.2x2 100.3x0.125", rig.Show());
        }
        else
        {
            Assert.Equal(1, rig.BadInputs.Count(BadInputKind.ExponentNumber));
            Assert.False(rig.Book.IsLive);
        }
    }

    [Fact]
    public void ShouldCountNumbersFinerThanDeclaredExactly()
    {
        WireRig rig = Started();
        rig.Frame(Update(100, 101, [new("99.91", "0.00001")], [],
            ([s_bids[0], new("99.91", "0.00001"), s_bids[1], s_bids[2]], s_asks)));

        Assert.True(rig.Book.IsLive || HasChecksum);
        Assert.Equal(1, rig.View.Rescales);
        if (rig.Book.IsLive)
        {
            Assert.Equal("100x1 99.91x0.00001 99.9x2.5 99.8x3 | 100.1x1.5 100.2x2 100.3x0.125", rig.Show());
        }
    }

    [Fact]
    public void ShouldKeepOneSidedAndEmptyBooks()
    {
        var rig = new WireRig(Venue, Symbol);
        Start(rig, 100, [], s_asks);
        Assert.True(rig.Book.IsLive);
        Assert.False(rig.Book.IsTwoSided);
        Assert.Equal(" | 100.1x1.5 100.2x2 100.3x0.125", rig.Show());
        TextLevel[] gone = s_asks.Select(level => level with { Quantity = "0" }).ToArray();
        rig.Frame(Update(100, 101, [], gone, ([], [])));
        Assert.True(rig.Book.IsLive);
        Assert.Equal(" | ", rig.Show());
        rig.Frame(Update(101, 102, s_bids, s_asks, (s_bids, s_asks)));
        Assert.Equal(Standing, rig.Show());
        Assert.Equal(0, rig.Counters.Gaps);
    }

    [Fact]
    public void ShouldTakeTheRemovalOfAnAbsentLevelAsNormal()
    {
        WireRig rig = Started();
        rig.Frame(Update(100, 101, [new("42.0", "0")], [new("999.9", "0")], (s_bids, s_asks)));

        Assert.True(rig.Book.IsLive);
        Assert.Equal(Standing, rig.Show());
        Assert.Equal(0, rig.Session.Messages.Rejected);
    }

    /// <summary>Levels per side that the venue keeps.</summary>
    protected virtual int MaxLevels => int.MaxValue;

    [Fact]
    public void ShouldTakeAsManyChangesInOneMessageAsCapturesHold()
    {
        WireRig rig = Started();
        TextLevel[] many = Enumerable.Range(0, 700)
            .Select(i => new TextLevel(FormattableString.Invariant($"{90 - (i * 0.1):0.0}"), "1")).ToArray();
        TextLevel[] after = [.. s_bids, .. many];
        TextLevel[] asks = Enumerable.Range(0, 526)
            .Select(i => new TextLevel(FormattableString.Invariant($"{110 + (i * 0.1):0.0}"), "1")).ToArray();
        rig.Frame(Update(100, 101, many, asks, (after, [.. s_asks, .. asks])));

        Assert.True(rig.Book.IsLive);
        Assert.Equal(
            (Math.Min(703, MaxLevels), Math.Min(529, MaxLevels)), (rig.Book.Bids.Count, rig.Book.Asks.Count));
    }

    [Fact]
    public void ShouldTellTheAggressorOfATrade()
    {
        WireRig rig = Started();
        rig.Frame(Trade(5, "100.1", "0.25"));

        EngineInput trade = Assert.Single(rig.Events, item => item.Kind == EventKind.Trade);
        Assert.Equal((Side.Buy, 1001L, 250L), (trade.Side, trade.Price, trade.Quantity));
        Assert.NotEqual(0, trade.ExchangeTimeNs);
        Assert.NotEqual(0, trade.ReceiveTimeNs);
    }

    [Fact]
    public void ShouldNotBufferWithoutBoundWhenNoSnapshotComes()
    {
        var rig = new WireRig(Venue, Symbol);
        for (int i = 0; i < 2000; i++)
        {
            rig.Frame(Update(i, i + 1, [new("99.9", "1")], [], null));
        }

        Assert.False(rig.Book.IsLive);
        Assert.True(rig.WantsSnapshot());
        Assert.InRange(rig.Session.BufferedMessages(0), UsesRest ? 2000 : 0, 2000);
        Assert.Equal(0, rig.Events.Count(item => item.Kind == EventKind.LevelUpdate));
    }

    // If the numbering restarts unnoticed, every message looks like a repeat.
    [Fact]
    public void ShouldNotTakeMessageAfterMessageForRepeats()
    {
        WireRig rig = Started();
        rig.Frame(Update(100, 101, [new("99.9", "0")], [], (Without(s_bids, 1), s_asks)));
        Assert.True(rig.Book.IsLive);
        for (int id = 11; id < 20; id++)
        {
            rig.Frame(Update(id - 1, id, [new("99.9", "0")], [], (Without(s_bids, 1), s_asks)));
        }

        Assert.Equal(!HasNumbers, rig.Book.IsLive);
        Assert.Equal(HasNumbers ? 1 : 0, rig.Counters.Stales(StaleReason.SequenceGap));
    }

    [Fact]
    public void ShouldBeSureOfEveryBookAfterAHandover()
    {
        WireRig rig = Started();
        rig.Session.OnHandoverBegin(1);
        rig.Session.OnHandoverEnd(1);
        if (UsesRest)
        {
            // The stream continues on the younger connection; where a loss would be invisible, a snapshot is fetched.
            Assert.True(rig.Book.IsLive);
            return;
        }

        Assert.False(rig.Book.IsLive);
        Assert.True(rig.WantsSnapshot());
        Start(rig, 300);
        rig.Session.OnHandoverBegin(1);
        rig.Frame(StreamSnapshot(400, s_bids, s_asks)!);
        Assert.False(rig.Book.IsLive);
        rig.Session.OnHandoverEnd(1);
        Assert.True(rig.Book.IsLive);
        Assert.Equal(Standing, rig.Show());
    }

    [Fact]
    public void ShouldPlanConnectionsWithinTheVenuesLimits()
    {
        IVenue venue = Venues.Find(Venue);
        int many = (venue.Profile.SymbolsPerConnection * 2) + 1;
        var address = new VenueAddress(new Uri("http://venue"), new Uri("ws://venue"));
        var instruments = Enumerable.Range(0, many).Select(id => Fixture.Spot((ushort)id, $"S{id}USDT")).ToArray();
        ConnectionPlan[] plans = venue.PlanConnections(address, instruments).ToArray();

        Assert.Equal(Enumerable.Range(0, many), plans.Where(plan => plan.CarriesBooks)
            .SelectMany(plan => plan.Symbols).Order());
        Assert.All(plans, plan => Assert.InRange(plan.Symbols.Count, 1, venue.Profile.SymbolsPerConnection));
        Assert.All(plans, plan => Assert.InRange(plan.Address.ToString().Length, 1, 8000));
        Assert.All(plans.SelectMany(plan => plan.Subscriptions), text => Assert.InRange(text.Length, 1, 64_000));
    }

    private static TextLevel[] Without(TextLevel[] levels, int index) =>
        levels.Where((_, i) => i != index).ToArray();

    private WireRig Started()
    {
        var rig = new WireRig(Venue, Symbol);
        Start(rig, 100);
        return rig;
    }

    private void Start(WireRig rig, long id) => Start(rig, id, s_bids, s_asks);

    private void Start(WireRig rig, long id, TextLevel[] bids, TextLevel[] asks)
    {
        if (RestSnapshot(id, bids, asks) is { } rest)
        {
            rig.Rest(rest);
        }
        else
        {
            rig.Frame(StreamSnapshot(id, bids, asks)!);
        }
    }
}
