using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Binance;

/// <summary>
/// Every kind of bad input is counted, reported with its text, and changes no book. A book that missed an update
/// because of it is invalidated at once.
/// </summary>
public sealed class BadInputTests
{
    private const string Good =
        """{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":101,"u":102,"b":[["100.00","2.00000"]],"a":[["101.00","0.5"]]}}""";

    private readonly Asker _asker = new();
    private readonly List<EngineOutput> _outputs = [];
    private readonly TradingCore _engine;
    private readonly BadInputLog _badInputs = new();
    private readonly FeedSession _session;

    public BadInputTests()
    {
        _engine = TradingCore.OnOneThread(
            [Fixture.Setup(Fixture.Spot(), _asker)], new EngineOptions { MaxOrders = 16 }, 1024, hasPaperVenue: false);
        _engine.OnOutput = _outputs.Add;
        var publisher = _engine.NewPublisher(1);
        _session = Venues.Find("binance").CreateSession([Fixture.Spot()], publisher, _badInputs, true);
        _session.OnConnected(1, "test");
        Send("""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":90,"u":95,"b":[],"a":[]}}""");
        Snapshot("""{"lastUpdateId":100,"bids":[["99.00","1.5"]],"asks":[["101.00","1.0"]]}""");
        Assert.True(View.IsLive);
    }

    private InstrumentView View => _engine.Engine.View(0);

    [Fact]
    public void ShouldApplyTheGoodMessageThatTheBadOnesAreMadeFrom()
    {
        Send(Good);

        Assert.Equal((10_000L, 200_000L, 10_100L, 50_000L),
            (View.BidPrice, View.BidQuantity, View.AskPrice, View.AskQuantity));
        Assert.Empty(_badInputs.Recent());
    }

    [Theory]
    [FaultRow("F10")]
    [FaultRow("F14")]
    [InlineData("\"2.00000\"", "\"-2.00000\"", BadInputKind.NegativeNumber, "-2.00000")]
    [InlineData("\"2.00000\"", "\"99999999999999999999\"", BadInputKind.NumberOutOfRange, "99999999999999999999")]
    [InlineData("\"2.00000\"", "\"2e-5\"", BadInputKind.ExponentNumber, "2e-5")]
    [InlineData("\"2.00000\"", "\"two\"", BadInputKind.BadNumber, "two")]
    [InlineData("\"2.00000\"", "\"\"", BadInputKind.BadNumber, "")]
    [InlineData("\"100.00\"", "\"100.0000000000001\"", BadInputKind.FinerThanIncrement, "100.0000000000001")]
    [InlineData("\"100.00\"", "100.00", BadInputKind.MalformedJson, "")]
    [InlineData("\"U\":101", "\"U\":\"101\"", BadInputKind.MalformedJson, "")]
    [InlineData("\"U\":101", "\"U\":-101", BadInputKind.NegativeNumber, "-101")]
    [InlineData("\"U\":101", "\"U\":1.01e2", BadInputKind.ExponentNumber, "1.01e2")]
    [InlineData("\"U\":101,", "", BadInputKind.MissingField, "")]
    [InlineData("\"U\":101,", "\"U\":101,\"U\":101,", BadInputKind.DuplicateField, "")]
    [InlineData("\"U\":101", "\"U\":103", BadInputKind.BadNumber, "")]
    [InlineData("[\"101.00\",\"0.5\"]", "[\"101.00\"]", BadInputKind.MalformedJson, "")]
    [InlineData("}}", "}", BadInputKind.MalformedJson, "")]
    [InlineData("}}", "}}x", BadInputKind.MalformedJson, "")]
    public void ShouldGiveUpTheBookThatABadDepthMessageConcerns(
        string good, string bad, BadInputKind kind, string quoted)
    {
        Send(Good.Replace(good, bad, StringComparison.Ordinal));

        AssertReported(kind, quoted);
        Assert.Equal((false, StaleReason.BadMessage), (View.IsLive, View.StaleReason));
        Assert.True(_session.TryTakeSnapshotRequest(out int symbol, out _, out _));
        Assert.Equal(0, symbol);
        AssertRecovers();
    }

    [Theory]
    [InlineData("btcusdt@depth@100ms", "xxxusdt@depth@100ms", BadInputKind.UnknownSymbol, "xxxusdt")]
    [InlineData("btcusdt@depth@100ms", "btcusdt", BadInputKind.UnknownMessage, "btcusdt")]
    [InlineData("{\"stream\"", "[\"stream\"", BadInputKind.MalformedJson, "")]
    public void ShouldKeepBooksThatABadMessageDoesNotName(
        string good, string bad, BadInputKind kind, string quoted)
    {
        Send(Good.Replace(good, bad, StringComparison.Ordinal));

        AssertReported(kind, quoted);
        Assert.True(View.IsLive);
        Assert.Equal(9_900, View.BidPrice);
    }

    [Fact]
    [FaultRow("F13")]
    public void ShouldRefuseInvalidUtf8()
    {
        byte[] frame = Encoding.UTF8.GetBytes(Good);
        frame[Good.IndexOf("depthUpdate", StringComparison.Ordinal)] = 0xff;

        _session.OnFrame(frame, 2, 0);

        AssertReported(BadInputKind.InvalidUtf8, string.Empty);
        Assert.Equal(9_900, View.BidPrice);
    }

    [Fact]
    [FaultRow("F11")]
    public void ShouldRefuseAMessageCutAtAnyByte()
    {
        byte[] frame = Encoding.UTF8.GetBytes(Good);
        for (int length = 0; length < frame.Length; length++)
        {
            _session.OnFrame(frame.AsSpan(0, length), 2, 0);
            Assert.Equal(length + 1, _session.Messages.Rejected);
            Assert.True(!View.IsLive || View.BidPrice == 9_900);
        }
    }

    [Fact]
    public void ShouldCutTheOffendingTextToASaneLength()
    {
        Send(Good.Replace("\"2.00000\"", "\"" + new string('7', 5000) + "\u0007\"", StringComparison.Ordinal));
        Send(Good.Replace("\"2.00000\"", "\"" + new string('7', 5000) + "\"", StringComparison.Ordinal));

        string sample = _badInputs.Recent()[^1];
        Assert.InRange(sample.Length, 1, 260);
        Assert.DoesNotContain(_badInputs.Recent(), words => words.Any(char.IsControl));
    }

    [Fact]
    public void ShouldCountAllButTellOnlySamples()
    {
        for (int i = 0; i < 1000; i++)
        {
            Send("nonsense");
        }

        Assert.Equal(1000, _badInputs.Count(BadInputKind.MalformedJson));
        Assert.Equal(20, _badInputs.Recent().Count);
    }

    [Fact]
    public void ShouldCountInFinerIncrementsWhenNumbersTurnOutFiner()
    {
        Send(Good.Replace("\"100.00\"", "\"100.0012\"", StringComparison.Ordinal)
            .Replace("\"2.00000\"", "\"2.0000075\"", StringComparison.Ordinal));

        Assert.True(View.IsLive);
        Assert.Equal((1_000_012L, 20_000_075L), (View.BidPrice, View.BidQuantity));
        Assert.Equal((1_010_000L, 1L), (View.AskPrice, View.Rescales));
        Assert.Equal(150_000L * 100, _engine.Engine.Book(0).Bids.QuantityAtPrice(990_000));
        Assert.Equal((100L, 100L), (View.Scale.TickIncrements, View.Scale.LotIncrements));
    }

    [Fact]
    public void ShouldTellTheEngineOfFinerIncrementsEvenWhenTheMessageIsThenRefused()
    {
        // The first level refines the increments, the second is not a number.
        Send(Good.Replace("[\"100.00\"", "[\"100.001\",\"1\"],[\"x\"", StringComparison.Ordinal));
        AssertRecovers(scale: 10);
    }

    [Fact]
    public void ShouldRefuseASnapshotOlderThanTheBuffer()
    {
        Send(Good.Replace("\"U\":101,\"u\":102", "\"U\":200,\"u\":210", StringComparison.Ordinal));
        Assert.Equal(StaleReason.SequenceGap, View.StaleReason);

        Snapshot("""{"lastUpdateId":150,"bids":[["99.00","1.5"]],"asks":[["101.00","1.0"]]}""");

        AssertReported(BadInputKind.SnapshotTooOld, "150");
        Assert.False(View.IsLive);
        Assert.Equal(1, _session.BufferedMessages(0));
        Snapshot("""{"lastUpdateId":205,"bids":[["99.00","1.5"]],"asks":[["101.00","1.0"]]}""");
        Assert.True(View.IsLive);
        Assert.Equal(10_000, View.BidPrice);
    }

    [Theory]
    [InlineData("{\"code\":-1121,\"msg\":\"Invalid symbol.\"}")]
    [InlineData("<html>busy</html>")]
    [InlineData("")]
    public void ShouldAskAgainWhenASnapshotCannotBeRead(string body)
    {
        Send(Good.Replace("\"U\":101,\"u\":102", "\"U\":200,\"u\":210", StringComparison.Ordinal));
        Assert.True(_session.TryTakeSnapshotRequest(out _, out _, out _));

        Snapshot(body);

        Assert.Equal(1, _badInputs.Count(BadInputKind.SnapshotFailed));
        Assert.True(_session.TryTakeSnapshotRequest(out _, out int tries, out _));
        Assert.Equal(1, tries);
        Assert.False(View.IsLive);
    }

    // A random number of messages precedes the fresh snapshot, and the strategy requests an order at each.
    [Fact]
    [FaultRow("F8")]
    public void ShouldResynchroniseACrossedBook()
    {
        const int episodes = 40;
        int asked = 0;
        int longest = 0;
        long updateId = 101;
        for (int episode = 0; episode < episodes; episode++)
        {
            // Every other one is only locked: a touch without a spread is just as wrong.
            SendUpdate(updateId, episode % 2 == 0 ? "101.50" : "101.00");
            Assert.Equal((false, StaleReason.Crossed), (View.IsLive, View.StaleReason));
            _session.OnResyncRequested(0, StaleReason.Crossed, 3);
            Assert.Equal(episode + 1, _badInputs.Count(BadInputKind.UntrustedBook));
            Assert.True(_session.TryTakeSnapshotRequest(out _, out _, out _));
            for (int message = 0; message < episode; message++)
            {
                Assert.Equal((0L, false), (Place(), View.IsLive));
                asked++;
                SendUpdate(++updateId, "98.50");
            }

            longest = Math.Max(longest, episode + 1);
            Assert.Equal((0L, false), (Place(), View.IsLive));
            asked++;
            Snapshot($$"""
                {"lastUpdateId":{{updateId++}},"bids":[["98.00","1.5"]],"asks":[["101.00","1.0"]]}
                """);
            Assert.Equal((true, 9_800L), (View.IsLive, View.BidPrice));
        }

        Assert.DoesNotContain(_outputs, output => output.Kind == OutputKind.Place);
        Assert.Equal(asked, _outputs.Count(output => output.Reason == DecisionReason.RefusedBookNotLive));
        Assert.NotEqual(0, Place());
        FaultLedger.AddFigure(
            $"{episodes} crossed episodes, the longest of {longest} messages; {asked} orders requested during them, 0 "
            + "sent");
    }

    [Fact]
    public void ShouldIgnoreAnswersAndTellErrors()
    {
        Send("""{"result":null,"id":1}""");
        Assert.Equal((1L, 0L), (_session.Messages.Ignored, _session.Messages.Rejected));

        Send("""{"code":2,"msg":"Invalid request"}""");
        AssertReported(BadInputKind.VenueError, "Invalid request");
    }

    private void AssertReported(BadInputKind kind, string quoted)
    {
        Assert.NotEqual(0, _badInputs.Count(kind));
        Assert.Contains(_badInputs.Recent(), words =>
            words.StartsWith(kind.ToString(), StringComparison.Ordinal)
            && words.Contains(quoted, StringComparison.Ordinal));
    }

    private void AssertRecovers(int scale = 1)
    {
        Snapshot("""{"lastUpdateId":200,"bids":[["98.00","1.5"]],"asks":[["101.00","1.0"]]}""");
        Assert.True(View.IsLive);
        Assert.Equal(9_800 * scale, View.BidPrice);
    }

    // Requests an order next to the touch. Returns its id, or 0 if it is refused.
    private long Place()
    {
        long id = 0;
        _asker.Next = context => id = context.Place(new PlaceRequest
        {
            Side = Side.Buy,
            Reason = StrategyReason.Unnamed,
            PriceTicks = 9_900,
            QuantityLots = 1000,
            LifetimeNs = 1_000_000_000,
        }).Id;
        _engine.Inputs.Put([new EngineInput { Kind = EventKind.Timer, ReceiveTimeNs = 2 }]);
        Assert.Null(_asker.Next);
        return id;
    }

    private void SendUpdate(long updateId, string bid) => Send(Good
        .Replace("\"U\":101,\"u\":102", $"\"U\":{updateId},\"u\":{updateId}", StringComparison.Ordinal)
        .Replace("\"100.00\"", $"\"{bid}\"", StringComparison.Ordinal));

    private void Send(string frame)
    {
        _session.OnFrame(Encoding.UTF8.GetBytes(frame), 2, 0);
    }

    private void Snapshot(string body)
    {
        _session.OnSnapshot(0, Encoding.UTF8.GetBytes(body), 2);
    }
}
