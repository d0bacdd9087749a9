using System;
using System.Reflection;
using Xunit;
using Xunit.v3;

namespace LowLatency.Tests.Reliability;

/// <summary>
/// Names the fault matrix row that a test proves. RELIABILITY.md is generated from these attributes and the results.
/// </summary>
/// <param name="row">The row: F1 to F34, or I1 to I7 for an invariant.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class FaultRowAttribute(string row) : BeforeAfterTestAttribute
{
    /// <summary>The row's name.</summary>
    public string Row => row;

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => FaultLedger.AddOutcome(
        FaultLedger.NameOf(methodUnderTest),
        test.UniqueID,
        TestContext.Current.TestState?.Result switch
        {
            TestResult.Passed => FaultOutcome.Passed,
            TestResult.Skipped => FaultOutcome.Skipped,
            _ => FaultOutcome.Failed,
        });
}
