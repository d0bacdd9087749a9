using System;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace LowLatency.Recorder;

/// <summary>
/// Fills buffers on its own thread and returns them in order, so that reading runs in parallel to processing. The
/// buffers are reused. A single thread may call <see cref="Take"/>.
/// </summary>
/// <typeparam name="T">A buffer for what one step reads.</typeparam>
public sealed class ReadAhead<T> : IDisposable
    where T : class
{
    private const int Pieces = 6;

    private readonly Func<T> _create;
    private readonly Func<T, bool> _fill;
    private readonly BlockingCollection<T> _full = new(Pieces);
    private readonly BlockingCollection<T> _empty = new(Pieces + 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private T? _taken;
    private bool _isStarted;
    private bool _isEnded;
    private ExceptionDispatchInfo? _fault;

    /// <summary>Creates the buffers and starts the thread when the first one is requested.</summary>
    /// <param name="create">Creates a buffer.</param>
    /// <param name="fill">Fills a buffer, on the thread; false if it is the last one.</param>
    public ReadAhead(Func<T> create, Func<T, bool> fill)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
        _fill = fill;
        _thread = new Thread(Fill) { Name = "read-ahead", IsBackground = true };
    }

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
                _empty.Add(_create());
            }

            _thread.Start();
        }

        if (_taken is not null)
        {
            _empty.Add(_taken);
        }

        if (!_full.TryTake(out _taken, Timeout.Infinite))
        {
            End();
            _fault?.Throw();
        }

        return _taken;
    }

    /// <summary>Stops the thread; everything read ahead is discarded.</summary>
    public void End()
    {
        if (_isStarted && !_isEnded)
        {
            _stop.Cancel();
            _thread.Join();
        }

        _isEnded = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _full.Dispose();
        _empty.Dispose();
        _stop.Dispose();
    }

    private void Fill()
    {
        try
        {
            bool isMore = true;
            while (isMore)
            {
                T piece = _empty.Take(_stop.Token);
                isMore = _fill(piece);
                _full.Add(piece, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The consumer needs no more buffers.
        }
        catch (Exception error)
        {
            // Rethrown on the thread that takes the buffers.
            _fault = ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            _full.CompleteAdding();
        }
    }
}
