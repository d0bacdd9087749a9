using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Feeds.Captures;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>
/// Random JSON of any shape between the messages of real captures: no exception, no symbol that there is not, no book
/// that changes, and every line accounted for. 1,000 lines for each capture in the quick run, ten times as many where
/// LOWLATENCY_CASES is 10.
/// </summary>
public sealed class CaptureFuzzTests(ITestOutputHelper output)
{
    private const ulong Seed = 20_261_201;

    // Words of all venues, so that lines come close to messages. No symbol of a capture is among them.
    private static readonly string[] s_names =
    [
        "stream", "data", "e", "s", "u", "U", "pu", "b", "a", "B", "A", "lastUpdateId", "bids", "asks",
        "result", "code", "error", "type", "product_id", "changes", "time", "sequence", "channel", "event", "action",
        "arg", "instId", "topic", "ts", "symbol", "method", "success", "microtimestamp", "retCode", "op",
        "id", "message", "x",
    ];

    private static readonly string[] s_texts =
    [
        "zzzusdt@depth", "zzzusdt@depth5@100ms", "zzzusdt@trade", "!ticker@arr", "depthUpdate", "trade", "l2update",
        "snapshot", "match", "heartbeat", "ticker", "ZZZ-USD", "ZZZUSDT", "book", "book-10", "book_lv2", "trades",
        "update", "data", "diff_order_book_zzzusd", "live_trades_zzzusd", "books", "bbo-tbt", "orderbook.50.ZZZUSDT",
        "publicTrade.ZZZ", "1", "0.5", "-1", "1e5", "", "\u0000", "\ud83d\ude00", "ZZZ/USD",
    ];

    public static TheoryData<string> Names => new(CaptureCase.All
        .Where(item => item.Name is not ("spot-btcusdt-202408" or "usdm-btcusdt-20240808") || Cases.AreAll)
        .Select(item => item.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void ShouldComeThroughAnyJsonUnchanged(string name)
    {
        CaptureCase capture = CaptureCase.All.Single(item => item.Name == name);
        string[] paths = capture.Require();
        IEnumerable<CapturedMessage> Read() => Capture.Read(paths, withSymbolLists: true, withOpenings: true);
        int lines = Cases.Times(1_000);
        int messages = Read().Count(item => !item.IsList && !item.IsOpening);
        ImportedCapture plain = ImportedCapture.Of(capture.Venue, null, Read);
        ImportedCapture mixed = ImportedCapture.Of(capture.Venue, null, () => Mix(Read(), messages, lines));

        output.WriteLine($"{lines} lines among {messages} messages, seed {Seed}: {mixed.Result.Rejected} rejected, "
            + $"{mixed.Result.Ignored} unused, {mixed.Result.Skipped.Sum(item => item.Count)} not imported");
        Assert.Equal(plain.Result.Instruments, mixed.Result.Instruments);
        Assert.Equal(plain.History, mixed.History);
        Assert.Equal(plain.Books, mixed.Books);
        Assert.Equal(plain.Trades, mixed.Trades);
        Assert.Equal(messages + lines, mixed.Result.Lines);
        Assert.Equal(
            mixed.Result.Lines, mixed.Result.Messages + mixed.Result.Skipped.Sum(item => item.Count));
        Assert.True(mixed.Result.Rejected - plain.Result.Rejected > lines / 10, "the lines prove nothing");
    }

    // Spread evenly, on the connection of the message before.
    private static IEnumerable<CapturedMessage> Mix(IEnumerable<CapturedMessage> read, int messages, int lines)
    {
        var random = new DeterministicRandom(Seed);
        int added = 0;
        int seen = 0;
        foreach (CapturedMessage message in read)
        {
            yield return message;
            if (message.IsList || message.IsOpening)
            {
                continue;
            }

            seen++;
            while (added < (long)lines * seen / messages)
            {
                added++;
                var text = new StringBuilder();
                Append(text, random, random.Next(20) == 0 ? 100 : 4);
                yield return new CapturedMessage(
                    message.TimeNs, Encoding.UTF8.GetBytes(text.ToString()), false, false, string.Empty,
                    message.IsRest ? "rest" : message.Part);
            }
        }
    }

    private static void Append(StringBuilder text, DeterministicRandom random, int depth)
    {
        int kind = random.Next(depth > 4 ? 2 : depth > 0 ? 9 : 7) + (depth > 4 ? 7 : 0);
        switch (kind)
        {
            case 0:
                text.Append("null");
                break;
            case 1:
                text.Append(random.Next(2) == 0 ? "true" : "false");
                break;
            case 2 or 3:
                text.Append(CultureInfo.InvariantCulture, $"{random.Next(2_000_000) - 1_000_000}");
                break;
            case 4:
                text.Append(CultureInfo.InvariantCulture, $"{random.Next(1000)}.{random.Next(1000)}e{random.Next(5)}");
                break;
            case 5 or 6:
                text.Append('"').Append(System.Text.Json.JsonEncodedText.Encode(s_texts[random.Next(s_texts.Length)]))
                    .Append('"');
                break;
            case 7:
                AppendItems(text, random, depth, '[', ']', isObject: false);
                break;
            default:
                AppendItems(text, random, depth, '{', '}', isObject: true);
                break;
        }
    }

    private static void AppendItems(
        StringBuilder text, DeterministicRandom random, int depth, char open, char close, bool isObject)
    {
        text.Append(open);
        int count = depth > 4 ? 1 : random.Next(5);
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? string.Empty : ",");
            if (isObject)
            {
                text.Append('"').Append(s_names[random.Next(s_names.Length)]).Append("\":");
            }

            Append(text, random, depth - 1);
        }

        text.Append(close);
    }

    /// <summary>Equal numbers for equal seeds, in all versions of the runtime.</summary>
    private sealed class DeterministicRandom(ulong seed)
    {
        private ulong _state = seed;

        public int Next(int end)
        {
            _state = unchecked((_state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407);
            return (int)((_state >> 33) % (ulong)end);
        }
    }
}
