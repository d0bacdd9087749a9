using System.IO;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>Frames that the reference tool rejects are rejected by this reader too.</summary>
public sealed class Lz4AgreementTests
{
    // One bit per byte, because the tool is started for each; another test covers all bits.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [FaultRow("F19")]
    public void ShouldRefuseEveryDamageThatTheToolRefuses(bool compressible)
    {
        Assert.SkipUnless(Lz4Tool.IsHere, "the lz4 command-line tool is missing: install the package lz4");
        using var folder = new TemporaryFolder();
        byte[] frame = TestFrames.Write(
            compressible ? new byte[300] : TestBytes.Random(8, 150), Lz4BlockSize.Max64KiB);
        string path = folder.File("frame.lz4");
        int cases = 0;
        for (int at = 1; at < frame.Length; at++)
        {
            byte[] flipped = [.. frame];
            flipped[at] ^= (byte)(1 << (at % 8));
            foreach (byte[] damaged in (byte[][])[frame[..at], flipped])
            {
                cases++;
                File.WriteAllBytes(path, damaged);
                TestFrames.Read(damaged, out Lz4ReadResult end, out _);
                int code = Lz4Tool.ExitCode($"-t {path}");
                Assert.True(
                    end != Lz4ReadResult.End && code != 0,
                    $"byte {at}, {damaged.Length} bytes: the tool ends with {code}, this reader with {end}");
            }
        }

        string block = compressible ? "compressed" : "stored";
        FaultLedger.AddFigure($"{block} block: {cases} cuts and flips refused by both");
    }
}
