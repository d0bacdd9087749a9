using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace LowLatency.Host.Cli;

/// <summary>Options whose value is a whole number.</summary>
internal static class WholeNumberArgument
{
    /// <summary>An option for a whole number. What is none, or is out of range, is told with the range.</summary>
    /// <param name="name">The option, such as --seed.</param>
    /// <param name="description">What it is, for the help.</param>
    /// <param name="least">The least number that may be given.</param>
    /// <param name="otherwise">What holds where it is not given; null for nothing.</param>
    /// <param name="most">The greatest number that may be given; null for the type's own.</param>
    public static Option<T?> Option<T>(
        string name, string description, T least, T? otherwise = null, T? most = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T greatest = most ?? T.MaxValue;
        var option = new Option<T?>(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number)
                    && number >= least && number <= greatest)
                {
                    return number;
                }

                result.AddError(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} '{text}': expected a whole number from {least} to {greatest}"));
                return null;
            },
        };
        if (otherwise is { } known)
        {
            option.DefaultValueFactory = _ => known;
        }

        return option;
    }
}
