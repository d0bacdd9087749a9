using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Feeds;

/// <summary>
/// Counts bytes from the network and notes when the last one arrived. This includes websocket pings and pongs, which
/// the websocket API does not expose.
/// </summary>
internal sealed class CountingStream(Stream inner, ByteClock clock) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => Noted(inner.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Noted(inner.Read(buffer));

    // Each message waits here once: without a pool, each would leave a state machine for the garbage collector.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Noted(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Noted(int count)
    {
        clock.Note(count);
        return count;
    }
}

/// <summary>Time of the last received byte. Any thread.</summary>
internal sealed class ByteClock
{
    private long _lastTicks = Environment.TickCount64;
    private long _bytes;

    /// <summary>Bytes received.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Milliseconds since the last byte.</summary>
    public long SilentMs => Environment.TickCount64 - Volatile.Read(ref _lastTicks);

    public void Note(int count)
    {
        if (count > 0)
        {
            Volatile.Write(ref _lastTicks, Environment.TickCount64);
            Volatile.Write(ref _bytes, _bytes + count);
        }
    }
}
