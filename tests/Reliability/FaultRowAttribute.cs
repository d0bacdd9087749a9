using System.Reflection;
using Xunit;
using Xunit.v3;

namespace LowLatency.Tests.Reliability;

/// <summary>
/// Says which row of the fault matrix a test is the proof of: RELIABILITY.md is made of these and of what the tests
/// have found.
/// </summary>
/// <param name="row">The row: F1 to F34, or I1 to I7 for an invariant.</param>
internal sealed class FaultRowAttribute(string row) : BeforeAfterTestAttribute
{
    /// <summary>The row's name.</summary>
    public string Row => row;

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        FaultLedger.AddResult(
            row,
            $"{methodUnderTest.DeclaringType!.Name}.{methodUnderTest.Name}",
            TestContext.Current.TestState?.Result == TestResult.Passed);
    }
}
