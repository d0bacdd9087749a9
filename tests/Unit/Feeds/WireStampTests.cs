using System.Collections.Generic;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>Every event caused by a frame carries the frame's stamp, wherever it is created.</summary>
public sealed class WireStampTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void ShouldStampAllEventsOfAFrameAndNoOthers(string blank)
    {
        var engine = TradingCore.OnOneThread(
            [Fixture.Setup(Fixture.Spot())], new EngineOptions { MaxOrders = 16 }, 65_536, hasPaperVenue: false);
        var stamps = new List<(EventKind Kind, uint Stamp)>();
        engine.OnInput = item => stamps.Add((item.Kind, item.WireStamp));
        FeedSession session = Venues.Find("binance").CreateSession(
            [Fixture.Spot()], engine.NewPublisher(1), new BadInputLog(),
            carriesBooks: true);
        session.OnConnected(1, "test");
        void Frame(string text, uint stamp) => session.OnFrame(Encoding.UTF8.GetBytes(blank + text), 2, stamp);

        // The scanner leaves a text with a blank to the parser.
        Frame("""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":2,"u":2,"b":[["1.0","2.0"]],"a":[]}}""", 7);
        session.OnSnapshot(0, """{"lastUpdateId":1,"bids":[["1.0","1.0"]],"asks":[["2.0","1.0"]]}"""u8, 3);
        Frame("""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":3,"u":3,"b":[["1.0","2.0"]],"a":[]}}""", 8);
        Frame("""{"stream":"btcusdt@bookTicker","data":{"u":3,"s":"BTCUSDT","b":"1.0","B":"2.0","a":"2.0","A":"1.0"}}""", 9);
        Frame("""{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":7,"p":"1.0","q":"0.5","T":1,"m":true,"M":true}}""", 10);
        Frame("""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":9,"u":9,"b":[],"a":[]}}""", 11);

        Assert.Equal(blank.Length == 0 ? 5 : 0, session.Messages.Scanned);
        Assert.Equal(blank.Length == 0 ? 0 : 5, session.Messages.Fallbacks);
        Assert.All(stamps.TakeWhile(item => item.Stamp == 0), item => Assert.NotEqual(EventKind.TopOfBook, item.Kind));
        Assert.Equal(
            [(EventKind.LevelUpdate, 8u), (EventKind.BookCommit, 8u), (EventKind.TopOfBook, 9u), (EventKind.Trade, 10u),
                (EventKind.BookStale, 11u)],
            stamps.SkipWhile(item => item.Stamp == 0));
    }
}
