using System;
using System.Buffers;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>The platform's JSON reader, into a sink.</summary>
internal sealed class JsonReading<TNumber, TReader, TSink>(
    string name, InstrumentScale scale, Func<TSink> begin, Func<TSink, ulong> sum, bool isCompared = true)
    : ParsePath(name)
    where TReader : struct, INumberReader<TNumber>
    where TSink : struct, IMessageSink<TNumber>
{
    private readonly JsonReaderRival<TNumber, TReader> _rival = new(scale.PriceDecimals, scale.QuantityDecimals);
    private TSink _sink = begin();

    public override bool IsCompared => isCompared;

    public override bool KeepsBook => typeof(TSink) != typeof(SummingSink);

    public override ulong Sum => sum(_sink);

    public override void Begin() => _sink = begin();

    public override void Take(ReadOnlySpan<ParseMessage> messages)
    {
        TSink sink = _sink;
        foreach (ref readonly ParseMessage item in messages)
        {
            _rival.Read(item.Body, item.IsSnapshot, ref sink);
        }

        _sink = sink;
    }
}

/// <summary>The platform's JSON reader over messages of any venue: every number of a message becomes an integer.
/// </summary>
internal sealed class JsonTokens(string name, InstrumentScale scale) : ParsePath(name)
{
    private static readonly SearchValues<byte> s_digits = SearchValues.Create("0123456789."u8);

    private ulong _sum;

    public override bool IsCompared => false;

    public override ulong Sum => _sum;

    public override void Begin() => _sum = 0;

    public override void Take(ReadOnlySpan<ParseMessage> messages)
    {
        int decimals = Math.Max(scale.PriceDecimals, scale.QuantityDecimals);
        foreach (ref readonly ParseMessage item in messages)
        {
            var reader = new Utf8JsonReader(item.Body);
            while (reader.Read())
            {
                bool isNumber = reader.TokenType == JsonTokenType.Number
                    || (reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty
                        && reader.ValueSpan.IndexOfAnyExcept(s_digits) < 0);
                _sum += isNumber ? (ulong)IncrementReader.Read(reader.ValueSpan, 2 * decimals) : 0;
            }
        }
    }
}
