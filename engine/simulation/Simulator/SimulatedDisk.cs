using System;
using System.Collections.Generic;
using System.IO;
using LowLatency.Recorder;

namespace LowLatency.Simulation.Simulator;

/// <summary>The process was killed in the middle of a write. Only the simulation may catch this.</summary>
internal sealed class SimulatedKillException() : Exception("killed in the middle of a write");

/// <summary>A disk that can be full, or tear a write when the process is killed. One thread.</summary>
internal sealed class SimulatedDisk : Disk
{
    // ENOSPC: "No space left on device".
    private const int NoSpace = 28;

    private readonly List<FileStream> _open = [];
    private FaultDraw _tear;

    /// <summary>true to fail every write, some after a part of it.</summary>
    public bool IsFull { get; set; }

    /// <summary>true if the next write kills the process.</summary>
    public bool TearsNext { get; private set; }

    /// <summary>Makes the next write keep a part of its bytes and kill the process.</summary>
    public void TearNext(FaultDraw draw) => (TearsNext, _tear) = (true, draw);

    /// <summary>The process has ended: further writes are not torn.</summary>
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

    /// <summary>The process has ended: its open files are closed as they are.</summary>
    public void CloseAll()
    {
        _open.ForEach(file => file.Dispose());
        _open.Clear();
        Forget();
    }

    private static IOException Full() => new("No space left on device (simulated)", NoSpace);

    // Decides how many bytes of a write are kept.
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
