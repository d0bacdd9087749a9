using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Tests.Host.Web;

/// <summary>Reads HTTP answers from a connection one after the other and returns only their status.</summary>
internal sealed class HttpAnswers(Socket socket)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _from;
    private int _to;

    public async Task<int> NextAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _buffer.AsSpan(_from, _to - _from).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync(cancellationToken);
        }

        string head = Encoding.ASCII.GetString(_buffer, _from, end);
        _from += end + 4;
        const string Length = "Content-Length: ";
        int at = head.IndexOf(Length, StringComparison.Ordinal) + Length.Length;
        int line = head.IndexOf("\r\n", at, StringComparison.Ordinal);
        int left = int.Parse(head[at..(line < 0 ? head.Length : line)], CultureInfo.InvariantCulture);
        while (left > 0)
        {
            if (_from == _to)
            {
                await FillAsync(cancellationToken);
            }

            int taken = Math.Min(left, _to - _from);
            _from += taken;
            left -= taken;
        }

        return int.Parse(head.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
        int count = await socket.ReceiveAsync(_buffer.AsMemory(_to), cancellationToken);
        _to += count != 0 ? count : throw new IOException("the server has closed the connection");
    }
}
