using System;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LowLatency.Web;

/// <summary>
/// A value that nobody may read in a log: as text, as JSON and in a debugger it is <c>***</c>. What it holds is seen by
/// a callback alone, and is gone once it was disposed. A class and not a record, because a record prints its members.
/// </summary>
[DebuggerDisplay(Hidden)]
[JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret : IDisposable
{
    /// <summary>What stands in place of every secret.</summary>
    public const string Hidden = "***";

    // Pinned, so that the collector leaves no copy behind where it moves things.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _value;

    /// <summary>Keeps a copy; the caller clears its own.</summary>
    public Secret(ReadOnlySpan<byte> value)
    {
        _value = GC.AllocateUninitializedArray<byte>(value.Length, pinned: true);
        value.CopyTo(_value);
    }

    /// <summary>Reads the value.</summary>
    public delegate T Reader<out T>(ReadOnlySpan<byte> value);

    /// <summary>Reads the value as text.</summary>
    public delegate T TextReader<out T>(ReadOnlySpan<char> value);

    /// <summary>Its length in bytes.</summary>
    public int Length => _value.Length;

    /// <summary>Lends the value; the callback keeps nothing of it.</summary>
    public T Use<T>(Reader<T> read) => read(_value);

    /// <summary>Lends the value as text, for what takes no bytes.</summary>
    public T UseText<T>(TextReader<T> read)
    {
        char[] text = GC.AllocateUninitializedArray<char>(Encoding.UTF8.GetMaxCharCount(_value.Length), pinned: true);
        int length = Encoding.UTF8.GetChars(_value, text);
        try
        {
            return read(text.AsSpan(0, length));
        }
        finally
        {
            Array.Clear(text);
        }
    }

    /// <summary>Whether a text is the secret; how long it takes says neither where they differ nor how long it is.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> candidate)
    {
        Span<byte> own = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> other = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_value, own);
        SHA256.HashData(candidate, other);
        return CryptographicOperations.FixedTimeEquals(own, other);
    }

    /// <summary><see cref="Hidden"/>, whatever the value.</summary>
    public override string ToString() => Hidden;

    /// <summary>Overwrites the value with zeros.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_value);
}

/// <summary>Writes no secret, and reads none: settings files are no place for them.</summary>
public sealed class SecretJsonConverter : JsonConverter<Secret>
{
    /// <inheritdoc/>
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("a secret is not read from JSON");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Secret.Hidden);
}
