using System;
using System.Buffers.Text;
using System.Text.Json;
using LowLatency.Engine.Events;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>Converts a number's text to a number. Implemented by structs.</summary>
internal interface INumberReader<TNumber>
{
    static abstract TNumber Read(ReadOnlySpan<byte> text, int decimals);
}

/// <summary>Digit by digit to whole increments, exact.</summary>
internal readonly struct IncrementReader : INumberReader<long>
{
    public static long Read(ReadOnlySpan<byte> text, int decimals)
    {
        long value = 0;
        int i = 0;
        for (; i < text.Length && text[i] != '.'; i++)
        {
            value = (value * 10) + (text[i] - '0');
        }

        int end = Math.Min(text.Length, i + 1 + decimals);
        int missing = decimals;
        for (i++; i < end; i++, missing--)
        {
            value = (value * 10) + (text[i] - '0');
        }

        for (; i < text.Length; i++)
        {
            if (text[i] != '0')
            {
                throw new FormatException("finer than the increment");
            }
        }

        for (; missing > 0; missing--)
        {
            value *= 10;
        }

        return value;
    }
}

/// <summary>The platform's decimals.</summary>
internal readonly struct DecimalReader : INumberReader<decimal>
{
    public static decimal Read(ReadOnlySpan<byte> text, int decimals) =>
        Utf8Parser.TryParse(text, out decimal value, out _) ? value : throw new FormatException("not a decimal");
}

/// <summary>
/// The baseline: the platform's <see cref="Utf8JsonReader"/> over Binance's messages, fields in any order, as typical
/// fast code without a scanner.
/// </summary>
internal readonly struct JsonReaderRival<TNumber, TReader>(int priceDecimals, int quantityDecimals)
    where TReader : struct, INumberReader<TNumber>
{
    private const long NsPerMs = 1_000_000;

    public void Read<TSink>(ReadOnlySpan<byte> text, bool isSnapshot, ref TSink sink)
        where TSink : struct, IMessageSink<TNumber>
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (isSnapshot)
        {
            sink.BeginSnapshot();
            ReadDepth(ref reader, ref sink);
            return;
        }

        ReadOnlySpan<byte> channel = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("stream"u8))
            {
                reader.Read();
                channel = reader.ValueSpan[(reader.ValueSpan.IndexOf((byte)'@') + 1)..];
            }
            else
            {
                reader.Read();
                ReadData(ref reader, channel, ref sink);
            }
        }
    }

    private void ReadData<TSink>(ref Utf8JsonReader reader, ReadOnlySpan<byte> channel, ref TSink sink)
        where TSink : struct, IMessageSink<TNumber>
    {
        if (channel.StartsWith("depth"u8))
        {
            ReadDepth(ref reader, ref sink);
        }
        else if (channel.SequenceEqual("bookTicker"u8))
        {
            ReadTop(ref reader, ref sink);
        }
        else
        {
            ReadTrade(ref reader, ref sink);
        }
    }

    private void ReadDepth<TSink>(ref Utf8JsonReader reader, ref TSink sink)
        where TSink : struct, IMessageSink<TNumber>
    {
        long first = 0, last = 0, previous = 0, timeNs = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = reader.ValueSpan;
            reader.Read();
            switch (name)
            {
                case [(byte)'b', ..]:
                    ReadLevels(ref reader, Side.Buy, ref sink);
                    break;
                case [(byte)'a', ..]:
                    ReadLevels(ref reader, Side.Sell, ref sink);
                    break;
                case [(byte)'U']:
                    first = reader.GetInt64();
                    break;
                case [(byte)'u'] or [(byte)'l', ..]:
                    last = reader.GetInt64();
                    break;
                case [(byte)'p', (byte)'u']:
                    previous = reader.GetInt64();
                    break;
                case [(byte)'E']:
                    timeNs = reader.GetInt64() * NsPerMs;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        sink.Commit(first, last, previous, timeNs);
    }

    private void ReadLevels<TSink>(ref Utf8JsonReader reader, Side side, ref TSink sink)
        where TSink : struct, IMessageSink<TNumber>
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            TNumber price = TReader.Read(reader.ValueSpan, priceDecimals);
            reader.Read();
            sink.Level(side, price, TReader.Read(reader.ValueSpan, quantityDecimals));
            reader.Read();
        }
    }

    private void ReadTop<TSink>(ref Utf8JsonReader reader, ref TSink sink)
        where TSink : struct, IMessageSink<TNumber>
    {
        TNumber bid = default!, bidQuantity = default!, ask = default!, askQuantity = default!;
        long id = 0, timeNs = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            byte name = reader.ValueSpan[0];
            reader.Read();
            switch ((char)name)
            {
                case 'b':
                    bid = TReader.Read(reader.ValueSpan, priceDecimals);
                    break;
                case 'B':
                    bidQuantity = TReader.Read(reader.ValueSpan, quantityDecimals);
                    break;
                case 'a':
                    ask = TReader.Read(reader.ValueSpan, priceDecimals);
                    break;
                case 'A':
                    askQuantity = TReader.Read(reader.ValueSpan, quantityDecimals);
                    break;
                case 'u':
                    id = reader.GetInt64();
                    break;
                case 'E':
                    timeNs = reader.GetInt64() * NsPerMs;
                    break;
                default:
                    break;
            }
        }

        sink.Top(bid, bidQuantity, ask, askQuantity, id, timeNs);
    }

    private void ReadTrade<TSink>(ref Utf8JsonReader reader, ref TSink sink)
        where TSink : struct, IMessageSink<TNumber>
    {
        TNumber price = default!, quantity = default!;
        long id = 0, timeNs = 0;
        bool isBuyerMaker = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            byte name = reader.ValueSpan[0];
            reader.Read();
            switch ((char)name)
            {
                case 'p':
                    price = TReader.Read(reader.ValueSpan, priceDecimals);
                    break;
                case 'q':
                    quantity = TReader.Read(reader.ValueSpan, quantityDecimals);
                    break;
                case 't' or 'a':
                    id = reader.GetInt64();
                    break;
                case 'm':
                    isBuyerMaker = reader.GetBoolean();
                    break;
                case 'T':
                    timeNs = reader.GetInt64() * NsPerMs;
                    break;
                default:
                    break;
            }
        }

        sink.Trade(price, quantity, id, isBuyerMaker, timeNs);
    }
}
