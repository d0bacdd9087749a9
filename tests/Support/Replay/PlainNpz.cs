using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace LowLatency.Tests.Replay;

/// <summary>A row as its eight fields.</summary>
internal sealed record PlainRow(
    ulong Event, long ExchangeNs, long LocalNs, double Price, double Quantity, ulong Order = 0, long Integer = 0,
    double Double = 0);

/// <summary>
/// Reads and writes hftbacktest's files field by field, as documented by NumPy, to verify the product's code.
/// </summary>
internal static class PlainNpz
{
    public const ulong Both = 3UL << 30;
    public const ulong Exchange = 1UL << 31;
    public const ulong Local = 1UL << 30;
    public const ulong Buy = 1UL << 29;
    public const ulong Sell = 1UL << 28;

    public const string Type =
        "[('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('qty', '<f8'), "
        + "('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')]";

    public static (string Head, List<PlainRow> Rows) Read(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        using var reader = new BinaryReader(archive.GetEntry("data.npy")!.Open());
        if (Encoding.Latin1.GetString(reader.ReadBytes(8)) != "\u0093NUMPY\u0001\0")
        {
            throw new InvalidDataException("no NPY 1.0");
        }

        string head = Encoding.ASCII.GetString(reader.ReadBytes(reader.ReadUInt16()));
        var rows = new List<PlainRow>();
        byte[] bytes = reader.ReadBytes(64);
        for (; bytes.Length == 64; bytes = reader.ReadBytes(64))
        {
            rows.Add(new PlainRow(
                BitConverter.ToUInt64(bytes, 0),
                BitConverter.ToInt64(bytes, 8),
                BitConverter.ToInt64(bytes, 16),
                BitConverter.ToDouble(bytes, 24),
                BitConverter.ToDouble(bytes, 32),
                BitConverter.ToUInt64(bytes, 40),
                BitConverter.ToInt64(bytes, 48),
                BitConverter.ToDouble(bytes, 56)));
        }

        return bytes.Length == 0 ? (head, rows) : throw new InvalidDataException("half a row");
    }

    /// <summary>The bytes of an array file.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="claimed">Number of rows declared in the header; null for the true number.</param>
    /// <param name="change">Changes the header's dictionary.</param>
    public static byte[] Array(IReadOnlyList<PlainRow> rows, long? claimed = null, Func<string, string>? change = null)
    {
        string head = $"{{'descr': {Type}, 'fortran_order': False, 'shape': ({claimed ?? rows.Count},), }}";
        head = (change?.Invoke(head) ?? head).PadRight(245) + "\n";
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Encoding.Latin1.GetBytes("\u0093NUMPY\u0001\0"));
        writer.Write((ushort)head.Length);
        writer.Write(Encoding.ASCII.GetBytes(head));
        foreach (PlainRow row in rows)
        {
            writer.Write(row.Event);
            writer.Write(row.ExchangeNs);
            writer.Write(row.LocalNs);
            writer.Write(row.Price);
            writer.Write(row.Quantity);
            writer.Write(row.Order);
            writer.Write(row.Integer);
            writer.Write(row.Double);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Writes an archive of named files.</summary>
    public static void Archive(string path, params (string Name, byte[] Content)[] entries)
    {
        using FileStream file = File.Create(path);
        using var archive = new ZipArchive(file, ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in entries)
        {
            using Stream entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            entry.Write(content);
        }
    }

    /// <summary>Writes rows as NumPy would.</summary>
    public static void Write(string path, params PlainRow[] rows) => Archive(path, ("data.npy", Array(rows)));
}
