using System;
using System.Collections.Generic;
using System.IO;
using LowLatency.Recorder;

namespace LowLatency.Simulation.Simulator;

/// <summary>The process was killed in the middle of a write: nobody may catch this but the simulation.</summary>
internal sealed class SimulatedKillException() : Exception("killed in the middle of a write");

/// <summary>Files that meet a full disk, or a kill in the middle of a write. One thread.</summary>
internal sealed class SimulatedDisk : Disk
{
    // "No space left on device", as the system says it.
    private const int NoSpace = 28;

    private readonly List<FileStream> _open = [];
    private FaultDraw _tear;

    /// <summary>Every write fails, some after a part of it.</summary>
    public bool IsFull { get; set; }

    /// <summary>The next write is the last one.</summary>
    public bool TearsNext { get; private set; }

    /// <summary>The next write keeps a part of its bytes and ends the process.</summary>
    public void TearNext(FaultDraw draw) => (TearsNext, _tear) = (true, draw);

    /// <summary>The process has ended: nothing is torn any more.</summary>
    public void Forget() => TearsNext = false;

    /// <inheritdoc/>
    public override FileStream CreateNew(string path)
    {
        if (IsFull)
        {
            throw Full();
        }

        SimulatedFile file = PrivateFile.Restrict(new SimulatedFile(this, path));
        _open.Add(file);
        return file;
    }

    /// <summary>The process has ended: what it had open is closed as it is.</summary>
    public void CloseAll()
    {
        _open.ForEach(file => file.Dispose());
        _open.Clear();
        Forget();
    }

    private static IOException Full() => new("No space left on device (simulated)", NoSpace);

    // What a write does, before any byte of it is kept: how many bytes are.
    private int Allow(int count)
    {
        if (TearsNext)
        {
            TearsNext = false;
            return _tear.Next(count + 1);
        }

        return IsFull ? count / 2 : count;
    }

    private sealed class SimulatedFile(SimulatedDisk disk, string path)
        : FileStream(
            path, PrivateFile.NewFile(FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferBytes: 0))
    {
        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Write(byte[] buffer, int offset, int count)
        {
            bool isTorn = disk.TearsNext;
            base.Write(buffer, offset, disk.Allow(count));
            if (isTorn)
            {
                throw new SimulatedKillException();
            }

            if (disk.IsFull)
            {
                throw Full();
            }
        }
    }
}
