using System;
using System.Collections.Generic;
using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Orders;

/// <summary>
/// Whether orders may be placed, and if not, why. The kill switch holds for the session; reconciliation holds for the
/// instruments of one venue. Engine thread only.
/// </summary>
internal sealed class TradingSwitch
{
    // By instrument id: index of its venue in _isReconciling.
    private readonly int[] _venueOf;
    private readonly bool[] _isReconciling;

    /// <summary>Creates the switch; trading is allowed.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    public TradingSwitch(IReadOnlyList<Instrument> instruments)
    {
        var venues = new Dictionary<string, int>(StringComparer.Ordinal);
        _venueOf = new int[instruments.Count];
        for (int i = 0; i < _venueOf.Length; i++)
        {
            string venue = instruments[i].Venue;
            venues.TryAdd(venue, venues.Count);
            _venueOf[i] = venues[venue];
        }

        _isReconciling = new bool[venues.Count];
    }

    /// <summary>Why trading is stopped; None while it is not. <see cref="DecisionReason.Stopped"/> is final; a kill
    /// switch can be lifted.</summary>
    public DecisionReason StoppedBecause { get; private set; }

    /// <summary>true until the instrument's venue has said which orders are open there.</summary>
    public bool IsReconciling(int instrumentId) => _isReconciling[_venueOf[instrumentId]];

    /// <summary>true if both instruments are traded at the same venue.</summary>
    public bool ShareVenue(int instrumentId, int otherId) => _venueOf[instrumentId] == _venueOf[otherId];

    /// <summary>Begins or ends the reconciliation of the instrument's venue.</summary>
    public void SetReconciling(int instrumentId, bool isReconciling) =>
        _isReconciling[_venueOf[instrumentId]] = isReconciling;

    /// <summary>Begins the reconciliation of every venue.</summary>
    public void ReconcileAll() => Array.Fill(_isReconciling, true);

    /// <summary>Why no order of the instrument may be placed, or None.</summary>
    public DecisionReason RefusalOf(int instrumentId) => StoppedBecause != DecisionReason.None
        ? DecisionReason.RefusedStopped
        : IsReconciling(instrumentId) ? DecisionReason.RefusedReconciling
        : DecisionReason.None;

    /// <summary>Stops trading.</summary>
    /// <returns>false if it was stopped already.</returns>
    public bool TryStop(DecisionReason reason)
    {
        if (StoppedBecause == DecisionReason.Stopped
            || (StoppedBecause != DecisionReason.None && reason != DecisionReason.Stopped))
        {
            return false;
        }

        StoppedBecause = reason;
        return true;
    }

    /// <summary>Lifts the kill switch.</summary>
    /// <returns>false if there was nothing to lift.</returns>
    public bool TryResume()
    {
        if (StoppedBecause is DecisionReason.None or DecisionReason.Stopped)
        {
            return false;
        }

        StoppedBecause = DecisionReason.None;
        return true;
    }
}
