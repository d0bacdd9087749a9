using LowLatency.Tests.Feeds.Binance;
using Xunit;

namespace LowLatency.Tests.Feeds.Bitstamp;

public sealed class BitstampConformanceTests : VenueConformanceTests
{
    private const long Start = 1_641_343_691_000_000;

    protected override string Venue => "bitstamp";

    protected override string Symbol => "btcusd";

    protected override bool ShowsLoss => false;

    [Fact]
    public void ShouldReplaceALivingBookInOneStep()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Rest(RestSnapshot(100, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Update(100, 101, [new("99.0", "1")], [], null));
        rig.Session.OnRefresh(0, 1);
        rig.Frame(Update(102, 103, [new("98.0", "3")], [], null));
        Assert.True(rig.Book.IsLive);
        Assert.True(rig.WantsSnapshot());

        // The stream has lost the removal of 99.0 at 102; the later snapshot, joined with subsequent updates, repairs
        // it.
        rig.Rest(RestSnapshot(103, [new("100.0", "1"), new("98.0", "3")], [new("100.1", "1")]));
        Assert.True(rig.Book.IsLive);
        Assert.Equal("100x1 98x3 | 100.1x1", rig.Show());
        Assert.Equal(0, rig.View.StaleBooks);
        Assert.Equal(0, rig.Session.BufferedMessages(0));
    }

    [Fact]
    public void ShouldAskAgainWhenARefreshFailsAndRefuseOneOlderThanTheBook()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Rest(RestSnapshot(100, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Update(100, 101, [new("99.0", "1")], [], null));
        rig.Session.OnRefresh(0, 1);
        Assert.True(rig.WantsSnapshot());
        rig.Session.OnSnapshotFailed(0, "busy"u8);
        Assert.True(rig.WantsSnapshot());
        rig.Rest(RestSnapshot(100, [new("100.0", "1")], [new("100.1", "1")]));

        Assert.Equal((1, "100x1 99x1 | 100.1x1"), (rig.Counters.OldSnapshots, rig.Show()));
        Assert.True(rig.Book.IsLive);
        Assert.True(rig.WantsSnapshot());
    }

    [Fact]
    public void ShouldTakeARefreshAlthoughTheStreamHasGoneOn()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Rest(RestSnapshot(100, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Update(100, 101, [new("99.0", "1")], [], null));
        rig.Session.OnRefresh(0, 1);
        rig.Frame(Update(101, 102, [new("98.0", "3")], [], null));
        rig.Frame(Update(102, 103, [new("97.0", "4")], [], null));
        rig.Rest(RestSnapshot(102, [new("100.0", "2"), new("98.0", "3")], [new("100.1", "1")]));

        Assert.Equal((0, "100x2 98x3 97x4 | 100.1x1"), (rig.Counters.OldSnapshots, rig.Show()));
        Assert.True(rig.Book.IsLive);
    }

    [Fact]
    public void ShouldTakeNoSnapshotOfBeforeWhatItHasLetGo()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Rest(RestSnapshot(100, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Update(100, 101, [new("99.0", "1")], [], null));
        rig.Session.OnRefresh(0, 1);
        rig.Frame("<html>busy</html>");
        rig.Frame(Update(102, 103, [new("98.0", "3")], [], null));

        // Two requests were under way. The first answer may be older than the loss: it is rejected, and the buffer with
        // it.
        rig.Rest(RestSnapshot(102, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Rest(RestSnapshot(102, [new("100.0", "1")], [new("100.1", "1")]));
        Assert.Equal(2, rig.Counters.OldSnapshots);
        Assert.False(rig.Book.IsLive);

        rig.Rest(RestSnapshot(103, [new("100.0", "1"), new("98.0", "3")], [new("100.1", "1")]));
        Assert.Equal("100x1 98x3 | 100.1x1", rig.Show());
        Assert.True(rig.Book.IsLive);
    }

    [Fact]
    public void ShouldFetchASnapshotAfterAHandover()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Rest(RestSnapshot(100, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Update(100, 101, [new("99.0", "1")], [], null));
        rig.Session.OnHandoverBegin(1);
        rig.Session.OnHandoverEnd(1);
        Assert.True(rig.WantsSnapshot());
    }

    // Diffs show no loss: only a message that both connections carried proves that there is none between them.
    [Theory]
    [InlineData(101, true)]
    [InlineData(102, false)]
    public void ShouldTrustTheBookAfterAHandoverOnlyWhereTheConnectionsOverlap(int firstOfYounger, bool isLive)
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Rest(RestSnapshot(100, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Update(100, 101, [new("99.0", "1")], [], null));
        rig.Session.OnHandoverBegin(1);
        rig.Frame(Update(firstOfYounger - 1, firstOfYounger, [new("99.0", "2")], [], null));
        rig.Frame(Update(102, 103, [new("99.0", "3")], [], null));
        rig.Session.OnHandoverEnd(1);

        Assert.Equal(isLive, rig.Book.IsLive);
        Assert.Equal(isLive ? 0 : 1, rig.Counters.Gaps);
        Assert.True(rig.WantsSnapshot());
    }

    [Fact]
    public void ShouldAskAgainWhenASnapshotIsOlderThanTheStream()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(Update(199, 200, [new("99.0", "1")], [], null));
        Assert.True(rig.WantsSnapshot());
        rig.Rest(RestSnapshot(150, [new("100.0", "1")], [new("100.1", "1")]));

        Assert.False(rig.Book.IsLive);
        Assert.Equal(1, rig.Counters.OldSnapshots);
        Assert.True(rig.WantsSnapshot());
    }

    [Fact]
    public void ShouldHeedTheVenuesWishForANewConnection()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame("""{"event":"bts:request_reconnect","channel":"","data":""}""");
        Assert.True(rig.Session.IsReconnectWanted);
    }

    protected override string RestSnapshot(long id, TextLevel[] bids, TextLevel[] asks) =>
        $$"""{"timestamp":"1641343691","microtimestamp":"{{Start + id}}","bids":[{{BinanceConformance.Pairs(bids)}}],"asks":[{{BinanceConformance.Pairs(asks)}}]}""";

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after) =>
        $$"""{"data":{{RestSnapshot(id, bids, asks)}},"channel":"diff_order_book_btcusd","event":"data"}""";

    protected override string Trade(long id, string price, string quantity) =>
        $$$"""{"data":{"id":{{{id}}},"amount":{{{quantity}}},"amount_str":"{{{quantity}}}","price":1,"price_str":"{{{price}}}","type":0,"microtimestamp":"{{{Start}}}"},"channel":"live_trades_btcusd","event":"trade"}""";

    protected override string[] Unused() =>
        ["""{"event":"bts:subscription_succeeded","channel":"live_trades_btcusd","data":{}}""", """{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}"""];

    protected override string Unknown() => """{"event":"weather","channel":"","data":{}}""";
}
