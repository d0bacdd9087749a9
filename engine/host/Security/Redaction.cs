using System;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using LowLatency.Web;

namespace LowLatency.Host.Security;

/// <summary>
/// Hides what could be a secret in a message: user and password of an address, what follows the question mark of an
/// address or a path, and the value behind a name such as token= or password=.
/// </summary>
internal static partial class Redaction
{
    /// <summary>The message as it may be shown.</summary>
    public static string Of(string text)
    {
        // Most messages have none of these signs.
        if (text.AsSpan().IndexOfAny("@?=") < 0)
        {
            return text;
        }

        text = User().Replace(text, "$1" + Secret.Hidden + "@");
        text = Query().Replace(text, "$1?" + Secret.Hidden);
        return Value().Replace(text, "$1" + Secret.Hidden);
    }

    // user:password@host, with or without a scheme; of an address also user@host.
    [GeneratedRegex(@"(\w+://)[^\s'""/@]*@|(?<![^\s'""/])[^\s'""/@:]+:[^\s'""/@]*@")]
    private static partial Regex User();

    // A question mark in the middle of a word; at the end of one it is the message's own.
    [GeneratedRegex(@"([\w/.\]-])[?][^\s'""?]+?(?=[:;,.)]*(?:[\s'""?]|$))")]
    private static partial Regex Query();

    [GeneratedRegex(
        @"((?:token|password|passphrase|secret|api_?key|private_?key|credentials?)\s?=\s?['""]?)(?![*]{3})[^\s'""&(]+",
        RegexOptions.IgnoreCase)]
    private static partial Regex Value();
}

/// <summary>A stream of messages in which secrets are hidden. As thread-safe as the one behind it.</summary>
/// <param name="inner">Takes the messages.</param>
internal sealed class RedactingWriter(TextWriter inner) : TextWriter
{
    /// <summary>The stream behind it.</summary>
    public TextWriter Inner => inner;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value is null ? null : Redaction.Of(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : Redaction.Of(value));

    public override void Flush() => inner.Flush();
}
