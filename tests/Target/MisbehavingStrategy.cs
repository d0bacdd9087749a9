using System;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.TestTarget;

/// <summary>Kinds of misbehaviour.</summary>
public enum Misbehaviour
{
    /// <summary>It throws.</summary>
    Throw,

    /// <summary>It never returns.</summary>
    Block,

    /// <summary>It returns late, once.</summary>
    Pause,
}

/// <summary>Settings of <see cref="MisbehavingStrategy"/>.</summary>
public sealed record MisbehavingSettings
{
    /// <summary>What it does.</summary>
    [Setting("What it does wrong.")]
    public Misbehaviour Fault { get; set; }

    /// <summary>Number of orders it places first, far from the market.</summary>
    [Setting("Orders placed before.", Min = 0, Max = 10)]
    public int Orders { get; set; } = 1;

    /// <summary>How long it pauses.</summary>
    [Setting("Length of the pause.", Unit = "s", Min = 0, Max = 60)]
    public int PauseSeconds { get; set; } = 5;
}

/// <summary>Places orders that are never filled, waits until they are acknowledged, and then misbehaves.</summary>
[Strategy("Misbehaving", "Throws, or blocks the engine's thread, once its orders rest.")]
public sealed class MisbehavingStrategy(MisbehavingSettings settings, Instrument facts) : IStrategy
{
    /// <summary>Its output before it blocks.</summary>
    public const string BlocksNow = "this strategy blocks the engine now";

    private const double FarBelow = 0.995;

    private int _placed;
    private int _accepted;
    private bool _hasPaused;

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        if (_placed < settings.Orders)
        {
            long price = (long)(instrument.Book.BestBidTicks * FarBelow) - _placed;
            _placed += instrument.Place(new PlaceRequest
            {
                Side = Side.Buy,
                Reason = StrategyReason.Unnamed,
                PriceTicks = price,
                QuantityLots = InstrumentUnits.ToTickLots(100, facts) / price,
            }).IsPlaced ? 1 : 0;
        }
        else if (_accepted == settings.Orders)
        {
            Misbehave();
        }
    }

    /// <inheritdoc/>
    public void OnOrder(StrategyContext context, TradedInstrument instrument, in OrderUpdate update) =>
        _accepted += update.Change == OrderChange.Accepted ? 1 : 0;

    private void Misbehave()
    {
        if (settings.Fault == Misbehaviour.Throw)
        {
            throw new InvalidOperationException("this strategy always throws");
        }

        if (!_hasPaused)
        {
            _hasPaused = true;
            Console.Error.WriteLine(BlocksNow);
            Thread.Sleep(settings.Fault == Misbehaviour.Pause ? settings.PauseSeconds * 1000 : Timeout.Infinite);
        }
    }
}
