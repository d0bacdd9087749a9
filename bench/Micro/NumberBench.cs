using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.Intrinsics;
using System.Text;
using BenchmarkDotNet.Attributes;
using LowLatency.Bench.Rivals;
using LowLatency.Feeds;
using LowLatency.Feeds.Scan;

namespace LowLatency.Bench.Micro;

/// <summary>
/// From the text of a price or quantity to a number. The scanner finds the numbers in the text of a message; the others
/// are given start and end.
/// </summary>
[MemoryDiagnoser]
public class NumberBench
{
    // Many, so that the processor cannot learn their lengths.
    private const int Messages = 200;
    private const int Numbers = 2 * MicroMarket.ChangesInMessage * Messages;

    // The scanner reads up to 17 bytes before a number: a message begins with its stream name.
    private const string Beginning = "{\"stream\":\"btcusdt@depth\",\"data\":[\"";

    private static readonly ScanKey s_between = new("\",\""u8);

    private readonly byte[] _text;
    private readonly Range[] _places;

    /// <summary>Generates the numbers, alternating prices and quantities.</summary>
    public NumberBench()
    {
        List<string> numbers = new MicroMarket().Changes(Messages)
            .SelectMany(change =>
                new[] { MicroMarket.PriceText(change.Price), MicroMarket.QuantityText(change.Quantity) })
            .ToList();
        _text = Encoding.ASCII.GetBytes(Beginning + string.Join("\",\"", numbers) + "\"]}");
        _places = new Range[Numbers];
        int start = Beginning.Length;
        for (int i = 0; i < Numbers; i++)
        {
            _places[i] = start..(start + numbers[i].Length);
            start += numbers[i].Length + s_between.Length;
        }

        long wanted = ScanText();
        if (WireNumberParse() != wanted || DigitByDigit() != wanted)
        {
            throw new InvalidDataException("the numbers differ");
        }
    }

    /// <summary>The scanner: finds and reads, exactly.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public long ScanText() =>
        Vector512.IsHardwareAccelerated ? Scan<Vectors512>()
        : Vector256.IsHardwareAccelerated ? Scan<Vectors256>()
        : Scan<Vectors128>();

    /// <summary>The parser's number, exact.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public long WireNumberParse()
    {
        long sum = 0;
        for (int i = 0; i < Numbers; i++)
        {
            WireNumber.Parse(_text.AsSpan(_places[i]), Decimals(i), out long value);
            sum += value;
        }

        return sum;
    }

    /// <summary>Digit by digit in a plain loop, exact.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public long DigitByDigit()
    {
        long sum = 0;
        for (int i = 0; i < Numbers; i++)
        {
            sum += IncrementReader.Read(_text.AsSpan(_places[i]), Decimals(i));
        }

        return sum;
    }

    /// <summary><see cref="Utf8Parser"/> to a decimal.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public decimal Utf8ParserDecimal()
    {
        decimal sum = 0;
        foreach (Range place in _places)
        {
            sum += Utf8Parser.TryParse(_text.AsSpan(place), out decimal value, out _) ? value : 0;
        }

        return sum;
    }

    /// <summary><see cref="decimal.Parse(ReadOnlySpan{byte}, NumberStyles, IFormatProvider)"/>.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Numbers)]
    public decimal DecimalParse()
    {
        decimal sum = 0;
        foreach (Range place in _places)
        {
            sum += decimal.Parse(
                _text.AsSpan(place), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private long Scan<TVectors>()
        where TVectors : struct, IScanVectors
    {
        var text = new ScanText<TVectors>(_text, Beginning.Length);
        long sum = 0;
        for (int i = 0; i < Numbers; i++)
        {
            if (!text.TryReadDecimal(Decimals(i), out long value) || (i < Numbers - 1 && !text.TryTake(s_between)))
            {
                throw new InvalidDataException("the scanner refused a number");
            }

            sum += value;
        }

        return sum;
    }

    private static int Decimals(int number) =>
        number % 2 == 0 ? MicroMarket.Scale.PriceDecimals : MicroMarket.Scale.QuantityDecimals;
}
