using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using Microsoft.Win32.SafeHandles;

namespace LowLatency.TestTarget;

/// <summary>
/// A simple gateway that writes every action to a file before reporting it, like a real venue: the state that a killed
/// and restarted engine must recover.
/// </summary>
internal sealed class DurableVenue : IDisposable
{
    private const int RepeatedReport = 100;

    private readonly SafeFileHandle _file;
    private readonly HashSet<long> _ids = [];
    private readonly List<EngineInput> _fills = [];
    private long _position;
    private long _tradeId;

    public DurableVenue(string path)
    {
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        byte[] bytes = new byte[RandomAccess.GetLength(_file)];
        RandomAccess.Read(_file, bytes, 0);

        // An action with a torn line never happened.
        int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        _position = whole;
        foreach (string line in Encoding.ASCII.GetString(bytes, 0, whole)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Apply(line.Split(' '));
        }
    }

    public SortedDictionary<long, OpenOrder> Open { get; } = [];

    public Queue<EngineInput> Reports { get; } = new();

    public long PositionLots { get; private set; }

    public Int128 CashTickLots { get; private set; }

    public long FillCount => _fills.Count;

    /// <summary>An error in an id, or null.</summary>
    public string? Problem { get; private set; }

    public void Take(in EngineOutput command)
    {
        long id = command.OrderId;
        switch (command.Kind)
        {
            case OutputKind.Place:
                Act($"P {id} {(int)command.Side} {command.PriceTicks} {command.QuantityLots}");
                Report(EventKind.OrderAccepted, in command, 0, 0);
                break;
            case OutputKind.Amend when Open.TryGetValue(id, out OpenOrder? order)
                && command.QuantityLots > order.FilledLots:
                Act($"A {id} {command.PriceTicks} {command.QuantityLots}");
                Report(EventKind.OrderAmended, in command, command.PriceTicks, command.QuantityLots);
                break;
            case OutputKind.Amend:
                Report(EventKind.AmendRejected, in command, 0, 0);
                break;
            case OutputKind.Cancel when Open.TryGetValue(id, out OpenOrder? order):
                Act($"C {id}");
                Report(EventKind.OrderCancelled, in command, 0, order.FilledLots);
                break;
            case OutputKind.Cancel:
                Report(EventKind.CancelRejected, in command, 0, 0);
                break;
            case OutputKind.Query when Open.TryGetValue(id, out OpenOrder? order):
                Report(EventKind.OrderOpen, in command, order.PriceTicks, order.QuantityLots);
                break;
            case OutputKind.Query:
                Report(EventKind.OrderCancelled, in command, 0, 0);
                break;
            default:
                break;
        }
    }

    public void Fill(long id, long lots)
    {
        OpenOrder order = Open[id];
        lots = Math.Min(lots, order.QuantityLots - order.FilledLots);
        Act($"F {id} {(int)order.Side} {order.PriceTicks} {lots} {_tradeId + 1}");
        Reports.Enqueue(_fills[^1]);
    }

    /// <summary>Its answer after a restart: the last fills, and open orders.</summary>
    public IEnumerable<EngineInput> Reconcile()
    {
        yield return new EngineInput { Kind = EventKind.ReconcileBegin };
        foreach (EngineInput fill in _fills.Skip(_fills.Count - RepeatedReport))
        {
            yield return fill;
        }

        foreach (OpenOrder order in Open.Values)
        {
            yield return new EngineInput
            {
                Kind = EventKind.OrderOpen,
                OrderId = order.Id,
                Side = order.Side,
                PriceTicks = order.PriceTicks,
                QuantityLots = order.QuantityLots,
            };
        }

        yield return new EngineInput { Kind = EventKind.ReconcileEnd };
    }

    public void Dispose() => _file.Dispose();

    private void Act(string line)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(line + "\n");
        RandomAccess.Write(_file, bytes, _position);
        _position += bytes.Length;
        Apply(line.Split(' '));
    }

    private void Apply(string[] words)
    {
        long[] numbers = words.Skip(1).Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        long id = numbers[0];
        switch (words[0])
        {
            case "P":
                Problem = _ids.Add(id) ? Problem : $"client order id {id} was used twice";
                Open[id] = new OpenOrder(id, (Side)numbers[1], numbers[2], numbers[3]);
                break;
            case "A":
                (Open[id].PriceTicks, Open[id].QuantityLots) = (numbers[1], numbers[2]);
                break;
            case "C":
                Open.Remove(id);
                break;
            default:
                ApplyFill(id, (Side)numbers[1], numbers[2], numbers[3], numbers[4]);
                break;
        }
    }

    private void ApplyFill(long id, Side side, long priceTicks, long lots, long tradeId)
    {
        _tradeId = tradeId;
        PositionLots += side == Side.Buy ? lots : -lots;
        CashTickLots += side == Side.Buy ? -(Int128)priceTicks * lots : (Int128)priceTicks * lots;
        _fills.Add(new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = id,
            Side = side,
            PriceTicks = priceTicks,
            QuantityLots = lots,
            TradeId = tradeId,
            Flags = EngineInput.MakerFlag,
        });
        OpenOrder order = Open[id];
        order.FilledLots += lots;
        if (order.FilledLots == order.QuantityLots)
        {
            Open.Remove(id);
        }
    }

    private void Report(EventKind kind, in EngineOutput command, long price, long quantity) =>
        Reports.Enqueue(new EngineInput
        {
            Kind = kind,
            OrderId = command.OrderId,
            Side = command.Side,
            PriceTicks = price,
            QuantityLots = quantity,
            CommandNumber = kind is EventKind.OrderAmended or EventKind.AmendRejected or EventKind.OrderOpen
                ? command.CommandNumber
                : 0,
        });

    internal sealed class OpenOrder(long id, Side side, long priceTicks, long quantityLots)
    {
        public long Id { get; } = id;

        public Side Side { get; } = side;

        public long PriceTicks { get; set; } = priceTicks;

        public long QuantityLots { get; set; } = quantityLots;

        public long FilledLots { get; set; }
    }
}
