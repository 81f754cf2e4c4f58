// A unit of C++ of the usual kind: templates of the standard library for types of its own.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

template <int N>
struct Node {
  std::string name;
  std::vector<std::shared_ptr<Node>> needs;
  std::map<std::string, double> costs;
};

template <int N>
double total(const Node<N>& node, std::map<const Node<N>*, double>& known) {
  auto found = known.find(&node);
  if (found != known.end()) return found->second;
  double sum = N;
  for (const auto& cost : node.costs) sum += cost.second;
  for (const auto& need : node.needs) sum += total(*need, known);
  known.emplace(&node, sum);
  return sum;
}

template <int N>
std::vector<std::string> names(const std::vector<Node<N>>& nodes) {
  std::vector<std::string> result;
  for (const auto& node : nodes) result.push_back(node.name + "-" + std::to_string(N));
  std::sort(result.begin(), result.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return result;
}

template <int N>
double unit() {
  std::vector<Node<N>> nodes(N + 2);
  for (auto& node : nodes) {
    node.name = "node";
    node.costs["native"] = 1;
    node.needs.push_back(std::make_shared<Node<N>>());
  }
  std::map<const Node<N>*, double> known;
  double sum = 0;
  for (const auto& node : nodes) sum += total(node, known);
  return sum + names(nodes).size();
}

}  // namespace

int main() { return unit<1>() > 0 ? 0 : 1; }
