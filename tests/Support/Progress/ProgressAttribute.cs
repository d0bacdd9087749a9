using System;
using System.Reflection;
using Xunit;
using Xunit.v3;

namespace LowLatency.Tests.Support.Progress;

/// <summary>Tells <see cref="TestProgress"/> of every test case of an assembly. Each suite carries it.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class ProgressAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => TestProgress.Instance.Begin(
        test.UniqueID, $"{methodUnderTest.DeclaringType?.Name}.{methodUnderTest.Name}");

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => TestProgress.Instance.End(
        test.UniqueID, TestContext.Current.TestState?.Result == TestResult.Failed);
}
