using System.Collections.Generic;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>A venue that keeps the commands it gets, accepts orders at once, and can stand still while it
/// sends.</summary>
internal sealed class RecordingVenue : IOrderVenue
{
    private readonly Lock _gate = new();
    private readonly List<EngineOutput> _commands = [];

    public ReportQueue Reports { get; } = new();

    /// <summary>Where a send waits; open unless a test closes it.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public IReadOnlyList<EngineOutput> Commands
    {
        get
        {
            lock (_gate)
            {
                return _commands.ToArray();
            }
        }
    }

    public void OnCommand(in EngineOutput command, long nowNs)
    {
        lock (_gate)
        {
            _commands.Add(command);
        }

        Gate.Wait();
        if (command.Kind == OutputKind.Place)
        {
            Reports.Enqueue(new EngineInput
            {
                Kind = EventKind.OrderAccepted,
                InstrumentId = command.InstrumentId,
                OrderId = command.OrderId,
                Side = command.Side,
                ReceiveTimeNs = nowNs,
            });
        }
    }
}
