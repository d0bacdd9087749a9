using System.Collections.Generic;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Journal;

/// <summary>
/// Everything that outlives a session, in the words of the journal: positions, open orders, living composite orders,
/// venue trade numbers already counted, what the loss limits are measured against, and the id counter. Immutable.
/// </summary>
/// <param name="NextOrderCounter">The id counter goes on from here.</param>
/// <param name="Records">Records of the kinds Position, OpenOrder, CompositeCreated, CompositeWeights, CompositeEvent,
/// CompositeParts, TradesSeen and RiskEvent.</param>
public sealed record EngineSnapshot(long NextOrderCounter, IReadOnlyList<EngineOutput> Records);
