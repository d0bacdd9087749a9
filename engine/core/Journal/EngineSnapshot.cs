using System.Collections.Generic;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Journal;

/// <summary>
/// The state that outlives a session, as journal records: positions, open orders, living composite orders, trade ids
/// that were counted, the reference values of the loss limits, and the id counter. Immutable.
/// </summary>
/// <param name="NextOrderCounter">The id counter continues from here.</param>
/// <param name="Records">Records of the kinds Position, OpenOrder, CompositeCreated, CompositeWeights, CompositeEvent,
/// CompositeParts, TradesSeen and RiskEvent.</param>
public sealed record EngineSnapshot(long NextOrderCounter, IReadOnlyList<EngineOutput> Records);
