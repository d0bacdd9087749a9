using System;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace LowLatency.Recorder;

/// <summary>
/// Fills pieces on a thread of its own and gives them out in their order, so that reading goes on beside what is done
/// with what was read. The pieces are used again and again. One thread takes.
/// </summary>
/// <typeparam name="T">A piece: room for what one step reads.</typeparam>
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

    /// <summary>Makes the pieces, and starts the thread, when the first is wanted.</summary>
    /// <param name="create">Makes a piece.</param>
    /// <param name="fill">Fills a piece, on the thread; false when nothing comes behind it.</param>
    public ReadAhead(Func<T> create, Func<T, bool> fill)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
        _fill = fill;
        _thread = new Thread(Fill) { Name = "read-ahead", IsBackground = true };
    }

    /// <summary>Gives out the next piece, and takes back the one before. What the thread threw is thrown here.
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

    /// <summary>Ends the thread; what it has read ahead is gone.</summary>
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
            // Whoever takes the pieces wants no more of them.
        }
        catch (Exception error)
        {
            // Told to the thread that takes the pieces.
            _fault = ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            _full.CompleteAdding();
        }
    }
}
