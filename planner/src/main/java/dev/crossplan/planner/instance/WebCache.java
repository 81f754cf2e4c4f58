package dev.crossplan.planner.instance;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A binary cache behind HTTP. */
final class WebCache implements BinaryCache {
  private final URI base;
  private final Patience patience;
  private final HttpClient client;

  /**
   * How long to wait.
   *
   * @param connecting to a connection
   * @param answering to the end of an answer
   */
  record Patience(Duration connecting, Duration answering) {
    static final Patience USUAL = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  /**
   * @param base ends with a slash
   */
  WebCache(URI base, Patience patience) {
    this.base = base;
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(patience.connecting())
            .followRedirects(Redirect.NORMAL)
            // Over TLS both sides agree on a version. Without, asking for an upgrade confuses some
            // servers.
            .version("https".equals(base.getScheme()) ? Version.HTTP_2 : Version.HTTP_1_1)
            .build();
  }

  /**
   * Tries twice: what fails once is often the network, not the cache. Where the cache asks for some
   * seconds of rest, it gets them, unless an answer would not be waited for so long.
   */
  @Override
  public Optional<byte[]> get(String name) throws IOException, InterruptedException {
    try {
      return ask(name);
    } catch (BusyException e) {
      if (e.rest.compareTo(patience.answering()) > 0) {
        throw e;
      }
      Thread.sleep(e.rest.toMillis());
      return ask(name);
    } catch (IOException e) {
      return ask(name);
    }
  }

  /** Something answers, but not what it was asked for. */
  static class StatusException extends IOException {
    private static final long serialVersionUID = 1;

    StatusException(String message) {
      super(message);
    }
  }

  /** The cache wants to be asked later: {@code Retry-After}, RFC 9110, 10.2.3. */
  private static final class BusyException extends StatusException {
    private static final long serialVersionUID = 1;

    private final Duration rest;

    BusyException(int status, String seconds) {
      super("it answers " + status + " and wants to be asked again in " + seconds + " s");
      this.rest = Duration.ofSeconds(Long.parseLong(seconds));
    }
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  private Optional<byte[]> ask(String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(name))
            .header("User-Agent", "crossplan (asks which paths need not be built)")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, info -> new Limited(BodySubscribers.ofByteArray()));
    HttpResponse<byte[]> response;
    try {
      // The timeout of a request ends with the headers of the answer; this one is for all of it.
      response = answer.get(patience.answering().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + patience.answering().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(reason(e), e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
    return switch (response.statusCode()) {
      case 200 -> Optional.of(response.body());
      // S3 says 403 for what is not there, unless it may be listed; Nix takes it so as well.
      case 403, 404, 410 -> Optional.empty();
      default -> throw failed(response);
    };
  }

  private static IOException failed(HttpResponse<?> response) {
    int status = response.statusCode();
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(seconds -> seconds.matches("\\d{1,9}"))
        .<IOException>map(seconds -> new BusyException(status, seconds))
        .orElseGet(() -> new StatusException("it answers " + status));
  }

  private static String reason(ExecutionException thrown) {
    Throwable failure = thrown.getCause() == null ? thrown : thrown.getCause();
    if (failure instanceof HttpConnectTimeoutException) {
      return "no connection in time";
    }
    String message = failure.getMessage();
    if (message != null) {
      return message;
    }
    return failure instanceof ConnectException
        ? "no connection"
        : failure.getClass().getSimpleName();
  }

  /** Gives up on an answer that is far larger than one should be. */
  private static final class Limited implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> body;
    private int received;

    Limited(BodySubscriber<byte[]> body) {
      this.body = body;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      body.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        received += buffer.remaining();
        if (received > MOST_BYTES) {
          throw new IllegalStateException("the answer has more than " + MOST_BYTES + " bytes");
        }
      }
      body.onNext(buffers);
    }

    @Override
    public void onError(Throwable failure) {
      body.onError(failure);
    }

    @Override
    public void onComplete() {
      body.onComplete();
    }
  }
}
