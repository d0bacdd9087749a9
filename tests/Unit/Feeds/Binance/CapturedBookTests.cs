using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Binance;

/// <summary>
/// The venue itself verifies the rebuilt book: if a bookTicker has the update id of a depth message, both must show the
/// same best prices and quantities.
/// </summary>
public sealed class CapturedBookTests(ITestOutputHelper output)
{
    [Fact]
    public void ShouldAgreeWithEveryBookTickerOfEqualIdOnSpot()
    {
        string first = SharedData.Require("hftbacktest/spot/btcusdt_20240808.gz");
        string second = SharedData.Require("hftbacktest/spot/btcusdt_20240809.gz");

        Comparison result = Compare("binance", Fixture.Spot(), first, second);

        output.WriteLine($"compared {result.Compared}, applied {result.Applied}, dropped {result.Dropped}");
        Assert.Equal((1072, 0), (result.Compared, result.Different));
        Assert.Equal((6493, 2, 0), (result.Applied, result.Dropped, result.Gaps));
    }

    [Fact]
    public void ShouldAgreeWithEveryBookTickerOfEqualIdOnUsdmFutures()
    {
        string path = SharedData.Require("hftbacktest/usdm/btcusdt_20240808.gz");

        Comparison result = Compare("binance-futures", Fixture.Usdm(), path);

        output.WriteLine($"compared {result.Compared}, applied {result.Applied}, dropped {result.Dropped}");
        Assert.Equal((629, 0), (result.Compared, result.Different));
        Assert.Equal((6547, 4, 0), (result.Applied, result.Dropped, result.Gaps));
    }

    [Fact]
    public void ShouldNeverHaveABookWithoutASnapshot()
    {
        string second = SharedData.Require("hftbacktest/spot/btcusdt_20240809.gz");

        Comparison result = Compare("binance", Fixture.Spot(), second);

        Assert.Equal((0, 0), (result.Compared, result.Applied));
    }

    private static Comparison Compare(string venueName, Instrument instrument, params string[] paths)
    {
        var engine = TradingCore.OnOneThread(
            Fixture.Setups(instrument), new EngineOptions { MaxOrders = 1024 }, 131_072, hasPaperVenue: true);
        var judge = new TickerJudge(engine);
        engine.OnInput = judge.OnInput;
        var badInputs = new BadInputLog();
        var publisher = engine.NewPublisher(1);
        FeedSession session = Venues.Find(venueName).CreateSession([instrument], publisher, badInputs, true);
        session.OnConnected(0, "capture");
        foreach (CaptureLine line in LineCapture.Read(paths))
        {
            if (line.IsSnapshot)
            {
                session.OnSnapshot(0, line.Body, line.ReceiveTimeNs);
            }
            else
            {
                session.OnFrame(line.Body, line.ReceiveTimeNs, 0);
            }
            judge.OnSettled();
        }

        Assert.All(badInputs.Recent(), sample => Assert.StartsWith("FinerThanIncrement", sample));
        Assert.Equal(0, session.Messages.Rejected);
        BookFeedCounters counters = session.Counters(0);
        return new Comparison(
            judge.Compared, judge.Different, (int)counters.Applied, (int)counters.Dropped, (int)counters.Gaps);
    }

    private sealed record Comparison(int Compared, int Different, int Applied, int Dropped, int Gaps);

    /// <summary>Pairs tops of both streams by update id, whichever comes first.</summary>
    private sealed class TickerJudge(TradingCore engine)
    {
        private readonly Dictionary<long, (long, long, long, long)> _tickers = [];
        private readonly Dictionary<long, (long, long, long, long)> _books = [];
        private long _committed = -1;

        public int Compared { get; private set; }

        public int Different { get; private set; }

        public void OnInput(EngineInput item)
        {
            if (item.Kind == EventKind.TopOfBook)
            {
                var top = (item.BidPrice, item.BidQuantity, item.AskPrice, item.AskQuantity);
                _tickers[item.UpdateId] = top;
                Check(item.UpdateId);
            }
            else if (item.Kind == EventKind.BookCommit)
            {
                _committed = item.UpdateId;
            }
            else if (item.Kind == EventKind.BookRescale)
            {
                Rescale(_tickers, item.Price, item.Quantity);
                Rescale(_books, item.Price, item.Quantity);
            }
        }

        public void OnSettled()
        {
            OrderBook book = engine.Engine.Book(0);
            if (_committed >= 0 && book.IsLive)
            {
                _books[_committed] = (book.Bids.BestPrice, book.Bids.BestQuantity,
                    book.Asks.BestPrice, book.Asks.BestQuantity);
                Check(_committed);
            }

            _committed = -1;
        }

        private void Check(long id)
        {
            if (_tickers.TryGetValue(id, out var ticker) && _books.TryGetValue(id, out var book))
            {
                Compared++;
                Different += ticker == book ? 0 : 1;
            }
        }

        private static void Rescale(Dictionary<long, (long, long, long, long)> tops, long price, long quantity)
        {
            foreach (long id in tops.Keys.ToArray())
            {
                (long bid, long bidQuantity, long ask, long askQuantity) = tops[id];
                tops[id] = (bid * price, bidQuantity * quantity, ask * price, askQuantity * quantity);
            }
        }
    }
}
