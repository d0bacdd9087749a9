using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>
/// Replays a recording and lists as CSV every direction of best bid and best ask, the mask of the last seven, and the
/// mask's trigger. Two programs that follow the same rule write the same lines.
/// </summary>
public sealed class DirectionListing
{
    /// <summary>The first line.</summary>
    public const string Head = "i,recv_ns,id,bid,ask,bit,mask,trigger";

    private const int Run = 5;
    private const int Correction = 1;
    private const int Turn = 2;

    private readonly TextWriter _output;
    private readonly ushort _instrument;
    private readonly QuoteSource _source;
    private readonly ReplayRunner _runner;

    // The time horizons are not used here.
    private readonly SignalWorth _worth = new(capacity: 1);
    private DirectionSignal _signal;
    private DirectionMask _mask = new(Run, Correction, Turn);
    private InstrumentScale _scale;

    private DirectionListing(
        TextWriter output, Instrument instrument, QuoteSource source, DirectionRule rule, ReplayRunner runner)
    {
        _output = output;
        _instrument = instrument.Id;
        _source = source;
        _runner = runner;
        _scale = instrument.Scale;
        _signal = new DirectionSignal(rule);
        Instrument = instrument;
    }

    /// <summary>The listed instrument.</summary>
    public Instrument Instrument { get; }

    /// <summary>Number of directions.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// How often the direction after a trigger was the predicted one, and how often the last direction continued.
    /// </summary>
    public WorthCounts Worth => _worth.Counts(WorthHorizon.NextDirection);

    /// <summary>The underlying replay.</summary>
    public ReplayRunner Runner => _runner;

    /// <summary>Lists the directions of one symbol of a recording.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="symbol">The symbol, or <c>venue:symbol</c>; null if the recording has only one.</param>
    /// <param name="source">Source of the compared quotes.</param>
    /// <param name="rule">What counts as a direction.</param>
    /// <param name="output">Receives the lines.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="KeyNotFoundException">The recording has no such symbol, or several and none was named.
    /// </exception>
    /// <exception cref="ArgumentException">Several venues have the symbol.</exception>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the lines so far are written.</exception>
    public static DirectionListing Write(
        string path, string? symbol, QuoteSource source, DirectionRule rule, TextWriter output, CancellationToken stop)
    {
        using RecordingReplay replay = RecordingReplay.Open(path, new ReplayOptions { Catalog = null, Stop = stop });
        var listing = new DirectionListing(output, Find(replay.Manifest, symbol), source, rule, replay.Runner);
        replay.Runner.Core.OnHandled = listing.OnHandled;
        output.WriteLine(Head);
        replay.RunToEnd();
        stop.ThrowIfCancellationRequested();
        return listing;
    }

    private static Instrument Find(SessionManifest manifest, string? symbol)
    {
        var lookup = new InstrumentLookup(manifest.InstrumentList);
        return symbol is not null ? lookup.Find(symbol)
            : manifest.Instruments.Count == 1 ? manifest.Instruments[0].Instrument
            : throw new KeyNotFoundException(
                $"the recording has several symbols: choose one of {lookup.Names} with --symbol");
    }

    private void OnHandled(EngineInput item)
    {
        if (item.InstrumentId != _instrument)
        {
            return;
        }

        OrderBook book = _runner.Core.Engine.Book(_instrument);
        switch (item.Kind)
        {
            case EventKind.BookRescale:
                _scale = _runner.Core.Engine.Scale(_instrument);
                break;
            case EventKind.BookStale:
                _signal.Reset();
                _mask.Reset();
                _worth.Reset();
                break;
            case EventKind.TopOfBook when _source == QuoteSource.Ticker:
                OnQuote(in item, item.BidPrice, item.AskPrice);
                break;
            case EventKind.BookCommit when _source == QuoteSource.Book && book.HasSnapshot
                && (item.CommitFlags & CommitFlags.NoMessage) == 0 && book.Bids.Count != 0 && book.Asks.Count != 0:
                OnQuote(in item, book.Bids.BestPrice, book.Asks.BestPrice);
                break;
            default:
                break;
        }
    }

    private void OnQuote(in EngineInput item, long bid, long ask)
    {
        Direction direction = _signal.OnQuote(bid, ask, _scale.TickIncrements);
        if (direction == Direction.None)
        {
            return;
        }

        MaskTrigger trigger = _mask.Add(direction);
        _worth.OnDirection(direction);
        if (trigger != MaskTrigger.None)
        {
            _worth.Predict((int)trigger, item.ReceiveTimeNs, bid + ask);
        }

        Count++;
        string mask = Convert.ToString((long)_mask.Bits, 2).PadLeft(_mask.Count, '0');
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count},{item.ReceiveTimeNs},{item.UpdateId},{Text(bid)},{Text(ask)},{(int)direction},{mask},"
            + $"{(int)trigger}"));
    }

    private string Text(long price) => CanonicalNumber.Text(price, _scale.PriceDecimals);
}
