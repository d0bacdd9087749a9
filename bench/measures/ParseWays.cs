using System;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;

namespace LowLatency.Measures;

/// <summary>One message of a recording.</summary>
internal readonly struct ParseMessage(ReadOnlyMemory<byte> body, bool isSnapshot, long timeNs)
{
    public ReadOnlySpan<byte> Body => body.Span;

    public bool IsSnapshot => isSnapshot;

    public long TimeNs => timeNs;
}

/// <summary>One way to process the messages. A pass begins and takes all messages, a few at a time.</summary>
internal abstract class ParsePath(string name)
{
    public string Name { get; } = name;

    /// <summary>true if it keeps a book, whose best prices are part of the sum.</summary>
    public virtual bool KeepsBook => true;

    /// <summary>true if <see cref="Sum"/> can be compared.</summary>
    public virtual bool IsCompared => true;

    /// <summary>Checksum of everything read in the pass; 0 if it has none.</summary>
    public abstract ulong Sum { get; }

    public abstract void Begin();

    public abstract void Take(ReadOnlySpan<ParseMessage> messages);
}

/// <summary>Our session's parsing, into a sink.</summary>
internal sealed class OurReading<TSink>(
    string name, FeedSession session, Func<TSink> begin, Func<TSink, ulong> sum) : ParsePath(name)
    where TSink : struct, IMessageSink<long>
{
    private TSink _sink = begin();

    public override bool KeepsBook => typeof(TSink) != typeof(SummingSink);

    public override ulong Sum => sum(_sink);

    public override void Begin() => _sink = begin();

    public override void Take(ReadOnlySpan<ParseMessage> messages)
    {
        TSink sink = _sink;
        foreach (ref readonly ParseMessage item in messages)
        {
            if (item.IsSnapshot)
            {
                sink.BeginSnapshot();
            }

            ReadOnlySpan<EngineInput> events =
                session.ReadAlone(item.Body, item.IsSnapshot, item.TimeNs, out ParsedMessage message);
            foreach (ref readonly EngineInput read in events)
            {
                Put(ref sink, in read);
            }

            if (message.Kind == MessageKind.Depth)
            {
                sink.Commit(message.Ids.First, message.Ids.Last, message.Ids.Previous, message.ExchangeTimeNs);
            }
        }

        _sink = sink;
    }

    private static void Put(ref TSink sink, in EngineInput read)
    {
        switch (read.Kind)
        {
            case EventKind.LevelUpdate:
                sink.Level(read.Side, read.Price, read.Quantity);
                break;
            case EventKind.TopOfBook:
                sink.Top(read.BidPrice, read.BidQuantity, read.AskPrice, read.AskQuantity, read.UpdateId,
                    read.ExchangeTimeNs);
                break;
            default:
                sink.Trade(read.Price, read.Quantity, read.TradeId, read.Side == Side.Sell, read.ExchangeTimeNs);
                break;
        }
    }
}

/// <summary>The whole path: session, synchronisation, ring, engine with a watching strategy.</summary>
internal sealed class OurPath : ParsePath
{
    private readonly TradingCore _engine;
    private long _staleBefore;

    public OurPath(string name, params Instrument[] instruments)
        : base(name) => (_engine, Session) = Start(instruments);

    /// <summary>Depth messages of the first symbol that its book already contained.</summary>
    public long NotApplied => Session.Counters(0).Repeats + Session.Counters(0).Dropped;

    /// <summary>How often a book was invalidated since the connection was opened.</summary>
    public long StaleBooks => Total(view => view.StaleBooks) - _staleBefore;

    public FeedSession Session { get; }

    public override bool IsCompared => false;

    public override ulong Sum => 0;

    /// <summary>Level updates that the engine has handled.</summary>
    public long LevelUpdates => Total(view => view.LevelUpdates);

    /// <summary>Best bid and ask of the engine's book.</summary>
    public (long Bid, long Ask) Top =>
        (_engine.Engine.Book(0).Bids.BestPrice, _engine.Engine.Book(0).Asks.BestPrice);

    public override void Begin()
    {
        Session.OnDisconnected(1, string.Empty);
        Session.OnConnected(1, string.Empty);
        _staleBefore = Total(view => view.StaleBooks);
    }

    private long Total(Func<InstrumentView, long> what)
    {
        long sum = 0;
        for (int id = 0; id < _engine.Engine.InstrumentCount; id++)
        {
            sum += what(_engine.Engine.View(id));
        }

        return sum;
    }

    public override void Take(ReadOnlySpan<ParseMessage> messages)
    {
        foreach (ref readonly ParseMessage item in messages)
        {
            if (item.IsSnapshot)
            {
                Session.OnSnapshot(0, item.Body, item.TimeNs);
            }
            else
            {
                Session.OnFrame(item.Body, item.TimeNs, 1);
            }
        }
    }

    /// <summary>A session with an engine behind it.</summary>
    public static (TradingCore Engine, FeedSession Session) Start(params Instrument[] instruments)
    {
        var limits = new RiskLimits
        {
            MaxOrderTickLots = long.MaxValue,
            MaxPositionTickLots = long.MaxValue,
            MaxOpenOrders = 10,
            CollarPpm = 1_000_000,
        };
        var engine = TradingCore.OnOneThread(
            instruments.Select(instrument => new InstrumentSetup(
                instrument, limits, new WatchStrategy(new WatchSettings(), instrument))).ToArray(),
            new EngineOptions { MaxOrders = 64 }, 131_072, hasPaperVenue: false);
        var publisher = engine.NewPublisher(1);
        FeedSession session = Venues.Find(instruments[0].Venue).CreateSession(
            instruments, publisher, new BadInputLog(), carriesBooks: true);
        return (engine, session);
    }
}
