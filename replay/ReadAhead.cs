using System;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Threading;

namespace LowLatency.Replay;

/// <summary>
/// Fills buffers on its own thread and returns them in order, so that reading runs in parallel to processing. The
/// buffers are reused. A single thread may call <see cref="Take"/>.
/// </summary>
/// <typeparam name="T">A buffer for what one step reads.</typeparam>
public sealed class ReadAhead<T> : IAgent, IDisposable
    where T : class
{
    private const int Pieces = 6;

    private readonly Func<T> _create;
    private readonly Func<T, bool> _fill;
    private readonly BlockingCollection<T> _full = new(Pieces);
    private readonly ConcurrentQueue<T> _empty = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly AgentThread _thread;
    private volatile bool _isStopped;
    private volatile ExceptionDispatchInfo? _fault;

    // The thread's: nothing comes after the buffer filled last.
    private bool _hasReachedEnd;

    // The taker's.
    private T? _taken;
    private bool _isStarted;
    private bool _isEnded;

    /// <summary>Creates the buffers and starts the thread when the first one is requested.</summary>
    /// <param name="create">Creates a buffer.</param>
    /// <param name="fill">Fills a buffer, on the thread; false if it is the last one.</param>
    public ReadAhead(Func<T> create, Func<T, bool> fill)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
        _fill = fill;
        _thread = new AgentThread(this, ThreadPlacement.Background) { OnFault = OnFault };
    }

    /// <inheritdoc/>
    public string RoleName => "read-ahead";

    /// <summary>
    /// Returns the next buffer and recycles the previous one. Exceptions of the thread are rethrown here.
    /// </summary>
    /// <returns>null at the end, or after <see cref="End"/>.</returns>
    public T? Take()
    {
        if (_isEnded)
        {
            return null;
        }

        if (!_isStarted)
        {
            _isStarted = true;
            for (int i = 0; i < Pieces; i++)
            {
                _empty.Enqueue(_create());
            }

            _thread.Start();
        }

        if (_taken is not null)
        {
            _empty.Enqueue(_taken);
            _wake.Set();
        }

        if (!_full.TryTake(out _taken, Timeout.Infinite))
        {
            End();
            _fault?.Throw();
        }

        return _taken;
    }

    /// <summary>Ends the thread; buffers that were not taken are discarded.</summary>
    public void End()
    {
        if (_isStarted && !_isEnded)
        {
            _isStopped = true;
            _thread.End();
        }

        _isEnded = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _full.Dispose();
        _wake.Dispose();
    }

    /// <summary>Fills a buffer if one is free.</summary>
    public int DoWork()
    {
        if (_isStopped || _hasReachedEnd || !_empty.TryDequeue(out T? piece))
        {
            return 0;
        }

        _hasReachedEnd = !_fill(piece);
        _full.Add(piece);
        if (_hasReachedEnd)
        {
            _full.CompleteAdding();
        }

        return 1;
    }

    /// <summary>Waits for a free buffer.</summary>
    public void Idle() => _wake.WaitOne();

    /// <inheritdoc/>
    public void Wake() => _wake.Set();

    // Rethrown to the thread that takes the buffers.
    private void OnFault(Exception fault)
    {
        _fault = ExceptionDispatchInfo.Capture(fault);
        _full.CompleteAdding();
    }
}
