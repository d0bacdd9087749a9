using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Tests.Reference;
using Xunit;

namespace LowLatency.Tests.Feeds.Okx;

public sealed class OkxConformanceTests : VenueConformanceTests
{
    protected override int MaxLevels => 400;

    protected override string Venue => "okx";

    protected override string Symbol => "BTC-USDT";

    [Theory]
    [InlineData("3366.1:7:3366.8:9:3366:6:3368:8", -1881014294)]
    [InlineData("3366.1:7:3366.8:9:3368:8:3372:8", 831078360)]
    public void ShouldSumThePublishedTexts(string text, int checksum) =>
        Assert.Equal(checksum, (int)ReferenceSums.Crc32(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void ShouldTakeRestWhereTheStreamsFirstMessageIsNoSnapshot()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(Update(99, 100, [new("99.0", "1")], [], null));
        rig.Frame(Update(100, 101, [new("99.5", "1")], [], null));
        rig.Frame(Update(101, 102, [new("99.6", "1")], [], null));
        Assert.True(rig.Session.TryTakeSnapshotRequest(out _, out _, out bool isRest));
        Assert.True(isRest);
        rig.Rest("""{"code":"0","data":[{"asks":[["100.1","1","0","1"]],"bids":[["99.5","1","0","1"]],"ts":"1","seqId":101}]}""");

        Assert.True(rig.Book.IsLive);
        Assert.Equal("99.6x1 99.5x1 | 100.1x1", rig.Show());
        rig.Frame(Update(102, 103, [new("99.6", "0")], [], null));
        Assert.Equal("99.5x1 | 100.1x1", rig.Show());
    }

    [Fact]
    public void ShouldTakeRestWhenANewSubscriptionBringsNoSnapshot()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(StreamSnapshot(1, [new("99.5", "1")], [new("100.0", "1")]));
        rig.Frame(Update(7, 8, [new("99.5", "1")], [], null));
        Assert.True(rig.Session.TryTakeSnapshotRequest(out _, out _, out bool isRest));
        Assert.False(isRest);
        for (int id = 9; id < 300; id++)
        {
            rig.Frame(Update(id - 1, id, [new("99.5", "1")], [], null));
        }

        Assert.True(rig.Session.TryTakeSnapshotRequest(out _, out _, out isRest));
        Assert.True(isRest);
    }

    [Fact]
    public void ShouldTakeALowerSequenceWhileTheChainHolds()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(StreamSnapshot(1000, [new("99.0", "1")], [new("100.0", "1")]));
        rig.Frame(Update(1000, 7, [new("99.5", "1")], [], null));
        rig.Frame(Update(7, 7, [], [], null));
        rig.Frame(Update(7, 8, [new("99.6", "1")], [], null));

        Assert.True(rig.Book.IsLive);
        Assert.Equal("99.6x1 99.5x1 99x1 | 100x1", rig.Show());
    }

    [Fact]
    public void ShouldVerifyAChecksumWhereOneIsSent()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(StreamSnapshot(1, [new("99.5", "1")], [new("100.0", "1.25")]));
        uint right = ReferenceSums.Crc32("99.5:1:100:1.25:99:2"u8);
        rig.Frame(Write("update", 1, 2, [new("99.0", "2")], [], (int)right));
        Assert.True(rig.Book.IsLive);
        rig.Frame(Write("update", 2, 3, [new("98.0", "2")], [], (int)right));
        Assert.False(rig.Book.IsLive);
        Assert.Equal((1, 1), (rig.Counters.ChecksumsRight, rig.Counters.ChecksumsWrong));
    }

    [Fact]
    public void ShouldConnectAgainWhenTheVenueAnnouncesAnUpgrade()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame("""{"event":"notice","code":"64008","msg":"The connection will soon be closed","connId":"a"}""");
        Assert.True(rig.Session.IsReconnectWanted);
    }

    protected override string StreamSnapshot(long id, TextLevel[] bids, TextLevel[] asks) =>
        Write("snapshot", -1, id, bids, asks, 0);

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after) =>
        Write("update", previous, id, bids, asks, 0);

    protected override string Trade(long id, string price, string quantity) =>
        $$"""{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"{{id}}","px":"{{price}}","sz":"{{quantity}}","side":"buy","ts":"1740394561685","count":"1"}]}""";

    protected override string[] Unused() =>
        ["pong", """{"event":"subscribe","arg":{"channel":"books","instId":"BTC-USDT"},"connId":"a"}"""];

    protected override string Unknown() => """{"arg":{"channel":"weather","instId":"BTC-USDT"},"data":[]}""";

    private static string Write(
        string action,
        long previous,
        long id,
        IEnumerable<TextLevel> bids,
        IEnumerable<TextLevel> asks,
        int checksum) =>
        $$"""{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"{{action}}","data":[{"asks":[{{Rows(asks)}}],"bids":[{{Rows(bids)}}],"ts":"1597026383085","checksum":{{checksum.ToString(CultureInfo.InvariantCulture)}},"prevSeqId":{{previous}},"seqId":{{id}}}]}""";

    private static string Rows(IEnumerable<TextLevel> levels) =>
        string.Join(',', levels.Select(level => $"[\"{level.Price}\",\"{level.Quantity}\",\"0\",\"1\"]"));
}
