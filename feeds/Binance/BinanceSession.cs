using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Unicode;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds.Binance;

/// <summary>One Binance websocket connection's market data: Spot and USD-M differ in the synchronisation rule.
/// </summary>
internal sealed class BinanceSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _streams;

    public BinanceSession(
        IReadOnlyList<Instrument> instruments,
        ISyncRule rule,
        RingPublisher publisher,
        BadInputLog badInputs,
        bool carriesBooks)
        : this(MakeFeeds(instruments, rule), publisher, badInputs, carriesBooks)
    {
    }

    private BinanceSession(BookFeed[] feeds, RingPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        _streams = new SymbolTable(
            feeds.Select(feed => Encoding.ASCII.GetBytes(StreamName(feed.Instrument.Symbol))).ToArray());
    }

    /// <summary>Stream names write symbols in lower case.</summary>
    public static string StreamName(string symbol)
    {
#pragma warning disable CA1308 // The venue's stream names are lower case: this is no normalisation.
        return symbol.ToLowerInvariant();
#pragma warning restore CA1308
    }

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch)
    {
        if (!Utf8.IsValid(frame))
        {
            return InvalidUtf8(-1);
        }

        return new BinanceParser(frame, receiveTimeNs, batch).ReadMessage(_streams, _feeds);
    }

    private protected override ParsedMessage ParseSnapshot(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs, EventBatch batch)
    {
        if (!Utf8.IsValid(body))
        {
            return InvalidUtf8(symbol);
        }

        return new BinanceParser(body, receiveTimeNs, batch).ReadSnapshot(_feeds[symbol], symbol);
    }

    private static ParsedMessage InvalidUtf8(int symbol) => new()
    {
        Kind = MessageKind.Bad,
        Symbol = symbol,
        Fault = BadInputKind.InvalidUtf8,
    };

    private static BookFeed[] MakeFeeds(IReadOnlyList<Instrument> instruments, ISyncRule rule) =>
        instruments
            .Select(instrument => new BookFeed(instrument, Encoding.ASCII.GetBytes(instrument.Symbol), rule))
            .ToArray();
}
