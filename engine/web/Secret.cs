using System;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LowLatency.Web;

/// <summary>
/// A secret value. As text, as JSON and in a debugger it is <c>***</c>. Only a callback can read the value, and
/// disposing overwrites it. It is a class, because a record would print its members. Any thread.
/// </summary>
[DebuggerDisplay(Hidden)]
[JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret : IDisposable
{
    /// <summary>The text shown in place of every secret.</summary>
    public const string Hidden = "***";

    // Pinned, so that the garbage collector leaves no copy behind when it compacts.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _value;

    /// <summary>Copies the value; the caller clears its own copy.</summary>
    /// <param name="value">The value.</param>
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

    /// <summary>Passes the value to a callback, which must not keep it.</summary>
    /// <param name="read">The callback.</param>
    /// <returns>What the callback returns.</returns>
    public T Use<T>(Reader<T> read) => read(_value);

    /// <summary>Passes the value as text to a callback, which must not keep it.</summary>
    /// <param name="read">The callback.</param>
    /// <returns>What the callback returns.</returns>
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

    /// <summary>Compares a candidate with the value. The time it takes reveals neither where they differ nor the
    /// value's length.</summary>
    /// <param name="candidate">The candidate.</param>
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

/// <summary>Writes <see cref="Secret.Hidden"/>, and refuses to read: a secret does not belong in a settings file.
/// </summary>
public sealed class SecretJsonConverter : JsonConverter<Secret>
{
    /// <inheritdoc/>
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("a secret is not read from JSON");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Secret.Hidden);
}
