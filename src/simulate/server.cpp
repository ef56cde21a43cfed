#include "simulate/server.hpp"

#include <chrono>
#include <exception>
#include <future>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "rows/row.hpp"
#include "simulate/listener.hpp"
#include "simulate/model.hpp"

namespace sheaf::simulate {

namespace {

Expected<std::unique_ptr<Model>> make_model(const task::Task& task, const std::string& rows,
                                            const SimulateOptions& options) {
  if (rows.empty()) return Model::create_without_rows(task, options);
  auto source = rows::open_rows(rows);
  if (!source) return std::unexpected(std::move(source.error()));
  return Model::create(task, **source, options);
}

}  // namespace

/// Members are destroyed from below: connections, then the loop they live on, then the model.
struct Server::Impl {
  explicit Impl(std::unique_ptr<Model> answers) : model(std::move(answers)) {}
  ~Impl() { stop(); }

  std::string stats() { return model->stats_json(listener.now(), listener.connections()); }
  void stop() {
    if (!thread.joinable()) return;
    boost::asio::post(loop, [this] { listener.close(); });
    thread.join();
  }

  std::unique_ptr<Model> model;
  boost::asio::io_context loop{1};
  Listener listener{loop, *model};
  int port = 0;
  std::thread thread;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Expected<std::unique_ptr<Server>> Server::start(const task::Task& task, const std::string& rows,
                                                const SimulateOptions& options, int port) {
  auto model = make_model(task, rows, options);
  if (!model) return std::unexpected(std::move(model.error()));
  try {
    auto impl = std::make_unique<Impl>(*std::move(model));
    impl->model->set_start(std::chrono::time_point_cast<Time>(std::chrono::system_clock::now()));
    const auto bound = impl->listener.open(port);
    if (!bound) return std::unexpected(bound.error());
    impl->port = *bound;
    impl->thread = std::thread([loop = &impl->loop] { loop->run(); });
    return std::unique_ptr<Server>(new Server(std::move(impl)));
  } catch (const std::exception& error) {
    return fail(ErrorCode::stopped,
                fmt::format("the simulated model cannot start: {}", error.what()));
  }
}

int Server::port() const { return impl_->port; }

std::string Server::base_url() const { return fmt::format("http://127.0.0.1:{}/v1", port()); }

std::string Server::stats_json() {
  if (!impl_->thread.joinable()) return impl_->stats();
  std::promise<std::string> stats;
  boost::asio::post(impl_->loop, [&] { stats.set_value(impl_->stats()); });
  return stats.get_future().get();
}

void Server::stop() { impl_->stop(); }

}  // namespace sheaf::simulate
