using System;
using System.Globalization;
using System.Text;

namespace LowLatency.Measures;

/// <summary>
/// Depth messages that move the touch five times up and twice down, so that the mask triggers repeatedly: every seventh
/// step covers the whole path from frame to order command.
/// </summary>
internal sealed class TurningMarket
{
    // The net movement of a cycle is zero: five steps up of two ticks, two down of five.
    private static readonly int[] s_steps = [2, 2, 2, 2, 2, -5, -5];

    private readonly Action<byte[]> _send;
    private readonly byte[][] _frames = new byte[s_steps.Length][];
    private long _updateId = 2_000_000_000_000;
    private int _step;

    /// <param name="send">Receives each message; its bytes are valid during the call.</param>
    public TurningMarket(Action<byte[]> send)
    {
        _send = send;
        long touch = 6_100_000;
        for (int i = 0; i < _frames.Length; i++)
        {
            long before = touch;
            touch += s_steps[i];
            _frames[i] = Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"stream\":\"btcusdt@depth@100ms\",\"data\":{{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\","
                + $"\"U\":1000000000000,\"u\":{_updateId},"
                + $"\"b\":[[\"{before / 100m:0.00}\",\"0\"],[\"{touch / 100m:0.00}\",\"9\"]],"
                + $"\"a\":[[\"{(before + 1) / 100m:0.00}\",\"0\"],[\"{(touch + 1) / 100m:0.00}\",\"9\"]]}}}}"));
        }

        Clear();
    }

    /// <summary>Update id of the last message.</summary>
    public long UpdateId => _updateId;

    /// <summary>Sends the next message.</summary>
    public void Step()
    {
        byte[] frame = _frames[_step];
        _step = (_step + 1) % _frames.Length;
        _updateId++;
        int place = frame.AsSpan().IndexOf("\"u\":"u8) + 4;
        _updateId.TryFormat(frame.AsSpan(place, 13), out _, "D13", CultureInfo.InvariantCulture);
        _send(frame);
    }

    // The asks of the snapshot are below this market, so they are removed first.
    private void Clear()
    {
        var levels = new StringBuilder();
        for (int i = 0; i < 1000; i++)
        {
            levels.Append(i == 0 ? string.Empty : ",").Append(
                CultureInfo.InvariantCulture, $"[\"{(6_000_001 + i) / 100m:0.00}\",\"0\"]");
        }

        _updateId++;
        _send(Encoding.ASCII.GetBytes(
            "{\"stream\":\"btcusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\","
            + $"\"U\":1000000000000,\"u\":{_updateId},\"b\":[],\"a\":[{levels}]}}}}"));
    }
}
